Feature: loan-rate disclosure (个人贷款利息优惠, Jilin 3)
  With a person's consent its operator shows a total of a period to one bank, for a time. The ledger holds a
  salted commitment: the bank gets the opening off the ledger and has it confirmed until the disclosure ends or
  the person takes its consent back. No other member learns the total from the ledger.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "bank" with roles "lienholder", for whom "Ba" acts
    And organisation "rival" with roles "lienholder", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A in "tianfu"
    And the total of 1200 g and 35 points from 2026-01-01 to 2026-10-31 is committed to
    And Ouyang has sent disclosures:Show
      """
      {"disclosure": "d-1", "programme": "tianfu", "account": "$A", "bank": "$bank", "first_day": "2026-01-01", "last_day": "2026-10-31", "until": "2026-12-31", "consent": "$consent", "commitment": "$commitment"}
      """

  Rule: disclosures:Show commits to a total of a period that is over, for one bank, until a day
    Scenario: shown, and the total is not on the ledger
      When Ri asks disclosures:Get
        """
        {"disclosure": "d-1"}
        """
      Then the answer holds
        """
        {"account": "$A", "bank": "$bank", "until": "2026-12-31", "status": "shown", "consent": "$consent", "commitment": "$commitment"}
        """

    Scenario: an id is used once
      When Ouyang sends disclosures:Show
        """
        {"disclosure": "d-1", "programme": "tianfu", "account": "$A", "bank": "$bank", "first_day": "2026-01-01", "last_day": "2026-10-31", "until": "2026-12-31", "consent": "$consent", "commitment": "$commitment"}
        """
      Then it is refused with disclosures.exists, field "disclosure", value "d-1"

    Scenario: to a bank alone
      When Ouyang sends disclosures:Show
        """
        {"disclosure": "d-2", "programme": "tianfu", "account": "$A", "bank": "$operator", "first_day": "2026-01-01", "last_day": "2026-10-31", "until": "2026-12-31", "consent": "$consent", "commitment": "$commitment"}
        """
      Then it is refused with disclosures.bank, field "bank", value "$operator", params {"status": "active", "roles": "platform_operator"}

    Scenario: of a period that is over
      When Ouyang sends disclosures:Show
        """
        {"disclosure": "d-2", "programme": "tianfu", "account": "$A", "bank": "$bank", "first_day": "2026-01-01", "last_day": "2026-11-21", "until": "2026-12-31", "consent": "$consent", "commitment": "$commitment"}
        """
      Then it is refused with disclosures.period, field "last_day", value "2026-11-21", params {"first_day": "2026-01-01", "limit": "366"}

    Scenario: for a year at most
      When Ouyang sends disclosures:Show
        """
        {"disclosure": "d-2", "programme": "tianfu", "account": "$A", "bank": "$bank", "first_day": "2026-01-01", "last_day": "2026-10-31", "until": "2027-11-22", "consent": "$consent", "commitment": "$commitment"}
        """
      Then it is refused with disclosures.until, field "until", value "2027-11-22", params {"today": "2026-11-21", "limit": "366"}

    Scenario: of a person, not of a unit
      Given Ouyang has opened unit account U for "bank" in "tianfu"
      When Ouyang sends disclosures:Show
        """
        {"disclosure": "d-2", "programme": "tianfu", "account": "$U", "bank": "$bank", "first_day": "2026-01-01", "last_day": "2026-10-31", "until": "2026-12-31", "consent": "$consent", "commitment": "$commitment"}
        """
      Then it is refused with accounts.not_a_person, field "account", value "$U"

  Rule: disclosures:Confirm answers that bank alone, to the total that was committed to
    Scenario: confirmed
      When Ba asks disclosures:Confirm
        """
        {"disclosure": "d-1", "salt": "$salt", "grams": "1200", "points": "35"}
        """
      Then the answer holds
        """
        {"disclosure": "d-1", "account": "$A", "grams": "1200", "points": "35", "first_day": "2026-01-01", "last_day": "2026-10-31", "until": "2026-12-31"}
        """

    Scenario: another total
      When Ba asks disclosures:Confirm
        """
        {"disclosure": "d-1", "salt": "$salt", "grams": "12000", "points": "35"}
        """
      Then it is refused with disclosures.opening, field "disclosure", value "d-1"

    Scenario: another bank
      When Ri asks disclosures:Confirm
        """
        {"disclosure": "d-1", "salt": "$salt", "grams": "1200", "points": "35"}
        """
      Then it is refused with organisations.not_own, field "disclosure", value "$rival", params {"owner": "$bank"}

    Scenario: after its last day
      Given today is 2027-01-01
      When Ba asks disclosures:Confirm
        """
        {"disclosure": "d-1", "salt": "$salt", "grams": "1200", "points": "35"}
        """
      Then it is refused with disclosures.expired, field "disclosure", value "2027-01-01", params {"until": "2026-12-31"}

  Rule: disclosures:Revoke takes the consent back
    Scenario: revoked
      When Ouyang sends disclosures:Revoke
        """
        {"disclosure": "d-1"}
        """
      Then the effects hold
        """
        [{"kind": "disclosures.changed", "disclosure": "d-1", "status": "revoked"}]
        """
      When Ba asks disclosures:Confirm
        """
        {"disclosure": "d-1", "salt": "$salt", "grams": "1200", "points": "35"}
        """
      Then it is refused with states.required, field "disclosure", value "revoked", params {"allowed": "shown"}
      When Ouyang sends disclosures:Revoke
        """
        {"disclosure": "d-1"}
        """
      Then it is refused with states.not_allowed, field "disclosure", value "revoked", params {"to": "revoked", "allowed": "-"}
