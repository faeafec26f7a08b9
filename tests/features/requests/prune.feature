Feature: requests:Prune
  Whoever likes may delete remembered requests, once their ids are refused by their day.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And today is 2026-11-21

  Rule: only what can never be asked again
    Scenario: still remembered
      When Ouyang sends requests:Prune
        """
        {"day": "20261022", "organisation": "$operator", "request_ids": ["20261022-x"]}
        """
      Then it is refused with requests.still_remembered, field "day", value "20261022", params {"days": "30"}

    Scenario: past
      When Ouyang sends requests:Prune
        """
        {"day": "20261021", "organisation": "$operator", "request_ids": ["20261021-x", "20261021-y"]}
        """
      Then the effects hold
        """
        [{"kind": "requests.forgotten", "organisation": "$operator", "day": "20261021", "count": "2"}]
        """

    Scenario: an id of another day
      When Ouyang sends requests:Prune
        """
        {"day": "20261021", "organisation": "$operator", "request_ids": ["20261121-x"]}
        """
      Then it is refused with requests.other_day, field "request_ids", value "20261121-x", params {"day": "20261021"}

    Scenario: a pruned request cannot run again
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      And A earned 5 points in "tianfu" on 2026-11-20
      And today is 2026-12-31
      And Ouyang has sent requests:Prune
        """
        {"day": "20261120", "organisation": "$operator", "request_ids": ["$award_A"]}
        """
      When Ouyang sends points:Issue
        """
        {"request_id": "$award_A", "programme": "tianfu", "account": "$A", "scene": "quiz", "times": 5, "tranche": 0}
        """
      Then it is refused with contract.request_day
