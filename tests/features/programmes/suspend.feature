Feature: programmes:Suspend
  A suspended programme issues, transfers and converts nothing; what people hold can be spent, and expires.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force

  Rule: from the right state
    Scenario: it is suspended
      When Rui sends programmes:Suspend
        """
        {"programme": "tianfu", "reason": "because"}
        """
      Then the effects hold
        """
        [{"kind": "programmes.status_changed", "programme": "tianfu", "version": "1", "status": "suspended"}]
        """

    Scenario: not twice
      Given Rui has sent programmes:Suspend
        """
        {"programme": "tianfu", "reason": "because"}
        """
      When Rui sends programmes:Suspend
        """
        {"programme": "tianfu", "reason": "because"}
        """
      Then it is refused with programmes.state, field "programme", value "suspended", params {"allowed": "in_force"}

    Scenario: a programme that there is not
      When Rui sends programmes:Suspend
        """
        {"programme": "nowhere", "reason": "because"}
        """
      Then it is refused with contract.record_absent, field "programme", value "nowhere"

  Rule: nothing is issued or opened, what is held can be spent
    Scenario: no issue
      Given Ouyang has opened accounts A in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      And Rui has sent programmes:Suspend
        """
        {"programme": "tianfu", "reason": "inquiry"}
        """
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 1, "tranche": 0}
        """
      Then it is refused with programmes.not_in_force, field "programme", value "tianfu", params {"state": "suspended"}

    Scenario: redeeming goes on
      Given Ouyang has opened accounts A in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      And Rui has sent programmes:Suspend
        """
        {"programme": "tianfu", "reason": "inquiry"}
        """
      When Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "50", "reward": "ticket", "units": 1}
        """
      Then A holds 0 points in 0 lots in "tianfu"
