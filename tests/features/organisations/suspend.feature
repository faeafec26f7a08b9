Feature: organisations:Suspend
  A suspended organisation calls nothing that writes. What it holds stays its own.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts

  Rule: from the right state, and never one's own organisation
    Scenario: it is suspended
      When Rui sends organisations:Suspend
        """
        {"organisation": "$operator", "reason": "because"}
        """
      Then the effects hold
        """
        [{"kind": "organisations.status_changed", "organisation": "$operator", "status": "suspended", "reason": "because"}]
        """

    Scenario: not twice
      Given Rui has sent organisations:Suspend
        """
        {"organisation": "$operator", "reason": "because"}
        """
      When Rui sends organisations:Suspend
        """
        {"organisation": "$operator", "reason": "because"}
        """
      Then it is refused with organisations.status, field "organisation", value "suspended", params {"allowed": "active"}

    Scenario: an organisation that nobody registered
      When Rui sends organisations:Suspend
        """
        {"organisation": "911100000000000000", "reason": "because"}
        """
      Then it is refused with contract.record_absent, field "organisation", value "911100000000000000"

    Scenario: one does not do this to oneself
      When Rui sends organisations:Suspend
        """
        {"organisation": "$regulator", "reason": "because"}
        """
      Then it is refused with organisations.own_organisation, field "organisation", value "$regulator"

    Scenario: a suspended operator opens nothing
      Given programme "tianfu" of "operator" is in force
      And Rui has sent organisations:Suspend
        """
        {"organisation": "$operator", "reason": "inquiry"}
        """
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "00000000000000000000000000000001", "holder": "person"}]}
        """
      Then it is refused with organisations.not_active, field "tanhui.org", value "$operator", params {"status": "suspended"}
