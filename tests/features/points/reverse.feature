Feature: points:Reverse
  A wrong award is countered by two persons of the operator; nothing is deleted. What is left of it is taken, what
  was spent becomes a debt, and later points repay the debt first.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And today is 2026-11-21
    And "Ou" holds a certificate of "operator" for "platform_operator"
    And A earned 50 points in "tianfu" on 2026-11-20

  Rule: what is left is taken, what was spent is owed
    Scenario: nothing was spent
      When Ouyang and Ou send points:Reverse
        """
        {"programme": "tianfu", "award": "$award_A", "reason": "counted twice"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "points.reversed", "account": "$A", "points": "50", "debt": "0"}]
        """
      And A holds 0 points in 0 lots in "tianfu"

    Scenario: some was spent, and later points repay it
      Given Ouyang has sent points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "20", "reward": "ticket", "units": 1}
        """
      When Ouyang and Ou send points:Reverse
        """
        {"programme": "tianfu", "award": "$award_A", "reason": "counted twice"}
        """
      Then A holds 0 points in 0 lots and owes 20 in "tianfu"
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 25, "tranche": 0}
        """
      Then the effects hold
        """
        [{"kind": "points.issued", "points": "25", "debt_repaid": "20"}]
        """
      And A holds 5 points in 1 lot in "tianfu"

  Rule: once, and by two
    Scenario: one person alone
      When Ouyang sends points:Reverse
        """
        {"programme": "tianfu", "award": "$award_A", "reason": "counted twice"}
        """
      Then A holds 50 points in 1 lot in "tianfu"

    Scenario: twice
      Given Ouyang and Ou have sent points:Reverse
        """
        {"programme": "tianfu", "award": "$award_A", "reason": "counted twice"}
        """
      When Ouyang sends points:Reverse
        """
        {"programme": "tianfu", "award": "$award_A", "reason": "counted twice"}
        """
      Then it is refused with points.award_reversed, field "award", value "$award_A"

    Scenario: an award that there is not
      When Ouyang sends points:Reverse
        """
        {"programme": "tianfu", "award": "20261120-none", "reason": "?"}
        """
      Then it is refused with contract.record_absent, field "award", value "20261120-none"
