Feature: conflicts: one reduction is counted in one scheme
  A project says what it does and where. A site is the hash of its one spelling, so that anybody who can read a meter's
  point number finds it, and a list of another scheme is compared line by line. The same activity at the same site on the
  same day is counted once: by the project that is registered first, or by CCER, green certificates, green power,
  allowances or another province where a claim of theirs is recorded. What they count is neither registered, nor
  approved, nor issued here.

  Background:
    Given the people of a project
    And organisation "rival" with roles "project_owner", for whom "Rex" acts
    And Ono's project "grove" at "$meter1" from 2026-01-01 to 2035-12-31

  Rule: an owner declares its sites before the project is validated
    Scenario: declared, and declared again
      When Ono sends conflicts:DeclareSites
        """
        {"project": "grove", "activity": "solar-power", "sites": ["$meter1", "$meter2"]}
        """
      Then the effects hold
        """
        [{"kind": "conflicts.sites_declared", "project": "grove", "sites": ["$meter1", "$meter2"]}]
        """
      When Ono sends conflicts:DeclareSites
        """
        {"project": "grove", "activity": "solar-power", "sites": ["$meter2"]}
        """
      And Hu asks conflicts:InArea
        """
        {"activity": "solar-power", "region": "510100"}
        """
      Then the answer holds
        """
        {"items": [{"site": "$meter2", "scheme": "here", "reference": "grove"}]}
        """

    Scenario: one site twice
      When Ono sends conflicts:DeclareSites
        """
        {"project": "grove", "activity": "solar-power", "sites": ["$meter1", "$meter1"]}
        """
      Then it is refused with conflicts.site_twice, field "sites", value "$meter1"

    Scenario: another owner's project
      When Rex sends conflicts:DeclareSites
        """
        {"project": "grove", "activity": "solar-power", "sites": ["$meter1"]}
        """
      Then it is refused with organisations.not_own

    Scenario: a validated project's sites stand
      Given "grove" is validated
      When Ono sends conflicts:DeclareSites
        """
        {"project": "grove", "activity": "solar-power", "sites": ["$meter2"]}
        """
      Then it is refused with states.required, field "project", value "validated", params {"allowed": "draft, listed"}

  Rule: of two projects at one site the one that is registered first counts
    Scenario: the second is refused
      Given Rex's project "copse" at "$meter1" from 2030-01-01 to 2039-12-31
      And "grove" is registered
      And "copse" is validated
      When Rui sends projects:Register
        """
        {"project": "copse", "reason": "approved"}
        """
      Then it is refused with conflicts.claimed, field "site", value "$meter1", params {"activity": "solar-power", "scheme": "here", "reference": "grove", "first_day": "2026-01-01", "last_day": "2035-12-31"}
      When Rui asks conflicts:OfProject
        """
        {"project": "copse"}
        """
      Then the answer holds
        """
        {"declared": {"sites": ["$meter1"]}, "claims": [{"reference": "grove"}]}
        """

    Scenario: one after the other is no conflict
      Given Rex's project "copse" at "$meter1" from 2036-01-01 to 2039-12-31
      And "grove" is registered
      And "copse" is validated
      When Rui sends projects:Register
        """
        {"project": "copse", "reason": "approved"}
        """
      Then it is done

    Scenario: a project that was struck off excludes nobody
      Given Rex's project "copse" at "$meter1" from 2030-01-01 to 2039-12-31
      And "grove" is registered
      And Rui has sent projects:Deregister
        """
        {"project": "grove", "reason": "never built"}
        """
      And "copse" is validated
      When Rui sends projects:Register
        """
        {"project": "copse", "reason": "approved"}
        """
      Then it is done

  Rule: what another scheme counts is not registered here
    Scenario Outline: counted elsewhere
      When Rui sends conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "<scheme>", "reference": "L-0042",
         "first_day": "2035-12-31", "last_day": "2036-12-31", "document": "$list"}
        """
      Then the effects hold
        """
        [{"kind": "conflicts.outside_changed", "scheme": "<scheme>", "reference": "L-0042", "step": "recorded"}]
        """
      Given "grove" is validated
      When Rui sends projects:Register
        """
        {"project": "grove", "reason": "approved"}
        """
      Then it is refused with conflicts.claimed, field "site", value "$meter1", params {"activity": "solar-power", "scheme": "<scheme>", "reference": "L-0042", "first_day": "2035-12-31", "last_day": "2036-12-31"}

      Examples:
        | scheme            |
        | ccer              |
        | green_certificate |
        | green_power       |
        | allowance         |
        | province          |

    Scenario: the same line twice, and days the wrong way round
      Given Fan has sent conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "ccer", "reference": "L-0042",
         "first_day": "2026-01-01", "last_day": "2026-12-31", "document": "$list"}
        """
      When Fan sends conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "ccer", "reference": "L-0042",
         "first_day": "2027-01-01", "last_day": "2027-12-31", "document": "$list"}
        """
      Then it is refused with conflicts.exists, field "reference", value "L-0042", params {"scheme": "ccer"}
      When Fan sends conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "ccer", "reference": "L-0043",
         "first_day": "2027-01-01", "last_day": "2026-12-31", "document": "$list"}
        """
      Then it is refused with conflicts.backwards, field "last_day", value "2026-12-31", params {"first_day": "2027-01-01"}

    Scenario: another activity at the same site is another matter
      Given Rui has sent conflicts:RecordOutside
        """
        {"activity": "heat-pump", "region": "510100", "site": "$meter1", "scheme": "ccer", "reference": "L-0042",
         "first_day": "2026-01-01", "last_day": "2035-12-31", "document": "$list"}
        """
      Then "grove" is registered

  Rule: what another scheme counts meanwhile is not issued
    Scenario: an approved period is not issued, and goes back to its owner
      Given "grove" is registered
      And period 1 from 2026-01-01 to 2026-06-30 is approved
      And Rui has sent conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "green_certificate", "reference": "GEC/77",
         "first_day": "2026-06-01", "last_day": "2026-06-30", "document": "$list"}
        """
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "5"}
        """
      Then it is refused with conflicts.claimed, field "site", value "$meter1", params {"activity": "solar-power", "scheme": "green_certificate", "reference": "GEC/77", "first_day": "2026-06-01", "last_day": "2026-06-30"}
      When Rui sends projects:ApprovePeriod
        """
        {"project": "grove", "number": 1, "verdict": "returned"}
        """
      Then the effects hold
        """
        [{"period": "0001", "status": "returned"}]
        """

    Scenario: a verified period is not approved
      Given "grove" is registered
      And period 1 from 2026-01-01 to 2026-06-30 is verified
      And Rui has sent conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "green_power", "reference": "GP-7",
         "first_day": "2026-06-30", "last_day": "2026-07-31", "document": "$list"}
        """
      When Rui sends projects:ApprovePeriod
        """
        {"project": "grove", "number": 1, "verdict": "approved"}
        """
      Then it is refused with conflicts.claimed

    Scenario: withdrawn by two persons, it stands in nobody's way
      Given "grove" is registered
      And period 1 from 2026-01-01 to 2026-06-30 is approved
      And Rui has sent conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "ccer", "reference": "L-9",
         "first_day": "2026-01-01", "last_day": "2026-12-31", "document": "$list"}
        """
      When Rui and Ren send conflicts:WithdrawOutside
        """
        {"site": "$meter1", "activity": "solar-power", "scheme": "ccer", "reference": "L-9", "document": "$struck-off",
         "reason": "struck off there"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"step": "withdrawn", "reference": "L-9", "reason": "struck off there"}]
        """
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "5"}
        """
      Then it is done

  Rule: anybody asks who counts a site
    Scenario: by site and days, whatever the standing
      Given Rui has sent conflicts:RecordOutside
        """
        {"activity": "solar-power", "region": "510100", "site": "$meter1", "scheme": "ccer", "reference": "L-9",
         "first_day": "2025-01-01", "last_day": "2025-12-31", "document": "$list"}
        """
      When Hu asks conflicts:AtSite
        """
        {"site": "$meter1", "activity": "solar-power", "first_day": "2025-12-31", "last_day": "2026-01-01"}
        """
      Then the answer holds
        """
        {"claims": [{"scheme": "ccer", "reference": "L-9"}, {"scheme": "here", "reference": "grove"}]}
        """
      When Hu asks conflicts:AtSite
        """
        {"site": "$meter1", "activity": "solar-power", "first_day": "2026-01-01", "last_day": "2026-01-01"}
        """
      Then the answer holds
        """
        {"claims": [{"scheme": "here", "reference": "grove"}]}
        """
