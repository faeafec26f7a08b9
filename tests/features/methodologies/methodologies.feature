Feature: methodologies from draft to retirement
  A methodology is data: inputs with unit and range, factors with source and date, an integer formula, and
  test vectors. Each version is pinned by a hash; whoever changes its state names the hash that they saw.
  One version of a methodology is filed at a time. What was issued by an ended version stays.

  Background:
    Given organisation "institute" with roles "methodology_developer", for whom "Mei" acts
    And organisation "verifier" with roles "verifier", for whom "Fan" acts
    And Mei has drafted version 1 of "bus-trip" with 1871 grams for 10 km

  Rule: versions follow each other, and one developer writes them
    Scenario: the next version is numbered
      When Mei drafts version 3 of "bus-trip" with 1871 grams for 10 km
      Then it is refused with methodologies.version_order, field "version", value "3", params {"methodology": "bus-trip", "expected": "2"}

    Scenario: another institute cannot write into it
      Given organisation "other" with roles "methodology_developer", for whom "Otto" acts
      When Otto drafts version 2 of "bus-trip" with 1871 grams for 10 km
      Then it is refused with methodologies.not_developer, field "methodology", value "bus-trip", params {"developer": "$institute"}

    Scenario: who is no developer drafts nothing
      When Fan drafts version 1 of "train-trip" with 1871 grams for 10 km
      Then it is refused with contract.caller_role

  Rule: test vectors run on the ledger
    Scenario: a vector that the formula does not give
      When Mei drafts version 2 of "bus-trip" with 1872 grams for 10 km
      Then it is refused with formula.vector_differs, field "vectors[0]", value "1872", params {"computed": "1871"}

  Rule: a version is filed after another organisation assessed it, by its hash
    Scenario: a draft is not filed
      When Rui sends methodologies:File for version 1 of "bus-trip"
      Then it is refused with states.required, field "methodology", value "draft", params {"allowed": "assessed, suspended"}

    Scenario: another hash than the one recorded
      When Fan sends methodologies:Assess
        """
        {"methodology": "bus-trip", "version": 1, "pin": "$another", "note": "ok", "verdict": "assessed", "report": "$report"}
        """
      Then it is refused with methodologies.pin_differs

    Scenario: an institute that is a regulator's too does not assess its own
      Given organisation "agency" with roles "methodology_developer,regulator", for whom "Gao" acts
      And Gao has drafted version 1 of "own-work" with 1871 grams for 10 km
      When Gao sends methodologies:Assess for version 1 of "own-work"
      Then it is refused with methodologies.own_work, field "methodology", value "own-work"

    Scenario: filed
      Given version 1 of "bus-trip" is assessed
      When Rui sends methodologies:File for version 1 of "bus-trip"
      Then the effects hold
        """
        [{"kind": "methodologies.status_changed", "methodology": "bus-trip", "version": "1", "status": "filed"}]
        """

    Scenario: only the regulator files
      Given version 1 of "bus-trip" is assessed
      When Fan sends methodologies:File for version 1 of "bus-trip"
      Then it is refused with contract.caller_role

  Rule: a newly filed version supersedes the one before
    Scenario: version 2 takes over
      Given version 1 of "bus-trip" is filed
      And Mei has drafted version 2 of "bus-trip" with 1871 grams for 10 km
      And version 2 of "bus-trip" is assessed
      When Rui sends methodologies:File for version 2 of "bus-trip"
      Then the effects hold
        """
        [{"version": "2", "status": "filed"}, {"version": "1", "status": "superseded"}]
        """
      When Rui asks methodologies:Get
        """
        {"methodology": "bus-trip"}
        """
      Then the answer holds
        """
        {"developer": "$institute", "versions": 2, "filed": 2}
        """

  Rule: suspended and retired
    Scenario: a suspended version is filed again
      Given version 1 of "bus-trip" is filed
      When Rui sends methodologies:Suspend for version 1 of "bus-trip"
      Then it is done
      When Rui sends methodologies:File for version 1 of "bus-trip"
      Then it is done

    Scenario: what is retired stays retired
      Given version 1 of "bus-trip" is filed
      When Rui sends methodologies:Retire for version 1 of "bus-trip"
      Then it is done
      When Rui sends methodologies:Suspend for version 1 of "bus-trip"
      Then it is refused with states.not_allowed, field "methodology", value "retired", params {"to": "suspended", "allowed": "-"}
      When Rui asks methodologies:Get
        """
        {"methodology": "bus-trip"}
        """
      Then the answer holds
        """
        {"filed": 0}
        """

  Rule: methodologies of one exclusion group share its slots
    Scenario: another slot length in the group
      Given version 1 of "bus-trip" is filed
      And Mei has drafted version 1 of "metro-trip" with group "commute", slot "1h" and 3 days to claim
      And version 1 of "metro-trip" is assessed
      When Rui sends methodologies:File for version 1 of "metro-trip"
      Then it is refused with methodologies.group_terms, field "exclusion_group", value "commute", params {"slot": "30m", "claim_days": "3"}

    Scenario: a methodology for projects claims nothing
      When Mei sends methodologies:Draft
        """
        {"methodology": "forest", "version": 1, "title": "t", "lane": "activities", "crediting": null, "formula": "{}", "document": "$text"}
        """
      Then it is refused with methodologies.crediting_missing, field "crediting", value "activities"

  Rule: a dry run gives the number that issuance gives
    Scenario: ten kilometres by bus
      When Rui asks methodologies:DryRun
        """
        {"methodology": "bus-trip", "version": 1, "inputs": [10000]}
        """
      Then the answer holds
        """
        {"grams": "1871"}
        """

    Scenario: an input out of its range
      When Rui asks methodologies:DryRun
        """
        {"methodology": "bus-trip", "version": 1, "inputs": [200001]}
        """
      Then it is refused with formula.input_range, field "distance", value "200001", params {"low": "0", "high": "200000", "unit": "m"}

    Scenario: versions are listed in pages
      When Rui asks methodologies:Versions
        """
        {"methodology": "bus-trip", "page_size": 1}
        """
      Then the answer holds
        """
        {"items": [{"methodology": "bus-trip", "version": 1, "status": "draft", "title": "bus-trip"}]}
        """

  Rule: methodologies:List and methodologies:Version are public
    Scenario: a draft
      When Fan asks methodologies:List
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "bus-trip"}], "bookmark": ""}
        """
      When Fan asks methodologies:Version
        """
        {"methodology": "bus-trip", "version": 1}
        """
      Then the answer holds
        """
        {"version": {"methodology": "bus-trip", "version": 1, "status": "draft", "lane": "activities"}}
        """
