Feature: assessments:State, Attest, Apply, Assign
  An organisation whose attested year is offset as a whole, by retirements made for it alone, and whose
  subscriptions pass the threshold of the rules, earns an assessment for free (Chengdu 18).

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "assessor" with roles "verifier", for whom "As" acts
    And Rui and Ren have sent events:FileRules
      """
      {"version": 1, "rules": {"kinds": ["competition", "meeting"], "categories": ["electricity", "transport", "catering"], "offsets": [{"kind": "credit"}, {"kind": "allowance"}, {"kind": "green_power", "category": "electricity"}], "deadline_days": 365, "assessment_threshold_kg": 50}}
      """
    And Ono has sent retirements:Retire
      """
      {"retirement": "y-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "45"}],
       "beneficiary": {"organisation": "$holder", "person": ""}, "purpose": "production", "reason": "r"}
      """
    And Ono has sent retirements:Retire
      """
      {"retirement": "y-2", "pieces": [{"batch": "$batch", "range": "46", "first": "46", "last": "60"}],
       "beneficiary": {"organisation": "$holder", "person": ""}, "purpose": "office", "reason": "r"}
      """
    And today is 2027-01-10
    And Hu has sent assessments:State
      """
      {"organisation": "$holder", "year": 2026, "emissions": "44", "report": "$report"}
      """

  Rule: the year is over, and attested by another
    Scenario: a year that is not over
      When Hu sends assessments:State
        """
        {"organisation": "$holder", "year": 2027, "emissions": "44", "report": "$report"}
        """
      Then it is refused with events.days, field "year", value "2027", params {"first": "2027-01-01", "last": "2027-12-31"}

    Scenario: not attested
      When Hu sends assessments:Apply
        """
        {"organisation": "$holder", "year": 2026, "rules": 1, "retirements": ["y-1", "y-2"]}
        """
      Then it is refused with states.not_allowed, field "year", value "stated", params {"to": "granted", "allowed": "attested"}

    Scenario: attested unseen
      When Fan sends assessments:Attest
        """
        {"organisation": "$holder", "year": 2026, "report": "$other"}
        """
      Then it is refused with events.other_accounts

  Rule: offset as a whole, and over the threshold
    Background:
      Given Fan has sent assessments:Attest
        """
        {"organisation": "$holder", "year": 2026, "report": "$report"}
        """

    Scenario: granted and assigned to somebody else than the verifier
      When Hu sends assessments:Apply
        """
        {"organisation": "$holder", "year": 2026, "rules": 1, "retirements": ["y-1", "y-2"]}
        """
      Then the effects hold
        """
        [{"kind": "assessments.changed", "status": "granted", "emissions_kg": "44", "subscribed_kg": "60"}]
        """
      When Rui sends assessments:Assign
        """
        {"organisation": "$holder", "year": 2026, "assessor": "$verifier"}
        """
      Then it is refused with events.assessor, field "assessor", value "$verifier"
      When Rui sends assessments:Assign
        """
        {"organisation": "$holder", "year": 2026, "assessor": "$assessor"}
        """
      Then the effects hold
        """
        [{"status": "assigned", "verifier": "$assessor"}]
        """
      When Hu sends assessments:State
        """
        {"organisation": "$holder", "year": 2026, "emissions": "1", "report": "$report"}
        """
      Then it is refused with events.attested, field "year", value "2026"

    Scenario: neutral, but below the threshold
      When Hu sends assessments:Apply
        """
        {"organisation": "$holder", "year": 2026, "rules": 1, "retirements": ["y-1"]}
        """
      Then it is refused with events.threshold, field "retirements", value "45", params {"threshold": "50"}

    Scenario: not neutral
      When Hu sends assessments:Apply
        """
        {"organisation": "$holder", "year": 2026, "rules": 1, "retirements": ["y-2"]}
        """
      Then it is refused with events.not_offset, field "retirements", value "15", params {"emissions": "44"}

    Scenario: one retirement twice
      When Hu sends assessments:Apply
        """
        {"organisation": "$holder", "year": 2026, "rules": 1, "retirements": ["y-1", "y-1"]}
        """
      Then it is refused with events.offset_used, field "offset", value "y-1", params {"used_for": "year:$holder:2026"}

  Rule: assessments:Get shows a stated year
    Scenario: stated, and another that nobody stated
      When Bo asks assessments:Get
        """
        {"organisation": "$holder", "year": 2026}
        """
      Then the answer holds
        """
        {"organisation": "$holder", "year": 2026, "emissions_kg": 44, "status": "stated", "verifier": ""}
        """
      When Bo asks assessments:Get
        """
        {"organisation": "$broker", "year": 2026}
        """
      Then it is refused with contract.record_absent
