Feature: organisations:Close
  A closed organisation never acts again. Its records stay.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts

  Rule: from the right state, and never one's own organisation
    Scenario: it is closed
      When Rui sends organisations:Close
        """
        {"organisation": "$operator", "reason": "because"}
        """
      Then the effects hold
        """
        [{"kind": "organisations.status_changed", "organisation": "$operator", "status": "closed", "reason": "because"}]
        """

    Scenario: not twice
      Given Rui has sent organisations:Close
        """
        {"organisation": "$operator", "reason": "because"}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$operator", "reason": "because"}
        """
      Then it is refused with organisations.status, field "organisation", value "closed", params {"allowed": "active,suspended"}

    Scenario: an organisation that nobody registered
      When Rui sends organisations:Close
        """
        {"organisation": "911100000000000000", "reason": "because"}
        """
      Then it is refused with contract.record_absent, field "organisation", value "911100000000000000"

    Scenario: one does not do this to oneself
      When Rui sends organisations:Close
        """
        {"organisation": "$regulator", "reason": "because"}
        """
      Then it is refused with organisations.own_organisation, field "organisation", value "$regulator"
