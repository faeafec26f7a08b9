Feature: organisations:Reactivate
  A suspended organisation acts again, in the roles that it has.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And Rui has sent organisations:Suspend
      """
      {"organisation": "$operator", "reason": "inquiry"}
      """

  Rule: from the right state, and never one's own organisation
    Scenario: it is active
      When Rui sends organisations:Reactivate
        """
        {"organisation": "$operator", "reason": "because"}
        """
      Then the effects hold
        """
        [{"kind": "organisations.status_changed", "organisation": "$operator", "status": "active", "reason": "because"}]
        """

    Scenario: not twice
      Given Rui has sent organisations:Reactivate
        """
        {"organisation": "$operator", "reason": "because"}
        """
      When Rui sends organisations:Reactivate
        """
        {"organisation": "$operator", "reason": "because"}
        """
      Then it is refused with organisations.status, field "organisation", value "active", params {"allowed": "suspended"}

    Scenario: an organisation that nobody registered
      When Rui sends organisations:Reactivate
        """
        {"organisation": "911100000000000000", "reason": "because"}
        """
      Then it is refused with contract.record_absent, field "organisation", value "911100000000000000"

