Feature: programmes:Resume
  A suspended programme goes on under the version that was in force.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And Rui has sent programmes:Suspend
      """
      {"programme": "tianfu", "reason": "inquiry"}
      """

  Rule: from the right state
    Scenario: it is in_force
      When Rui sends programmes:Resume
        """
        {"programme": "tianfu", "reason": "because"}
        """
      Then the effects hold
        """
        [{"kind": "programmes.status_changed", "programme": "tianfu", "version": "1", "status": "in_force"}]
        """

    Scenario: not twice
      Given Rui has sent programmes:Resume
        """
        {"programme": "tianfu", "reason": "because"}
        """
      When Rui sends programmes:Resume
        """
        {"programme": "tianfu", "reason": "because"}
        """
      Then it is refused with programmes.state, field "programme", value "in_force", params {"allowed": "suspended"}

    Scenario: a programme that there is not
      When Rui sends programmes:Resume
        """
        {"programme": "nowhere", "reason": "because"}
        """
      Then it is refused with contract.record_absent, field "programme", value "nowhere"

