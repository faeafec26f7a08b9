Feature: programmes:PutInForce
  Two persons put the newest drafted version in force. What was issued before keeps its version and its expiry.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force

  Rule: the newest draft, and not again
    Scenario: the second version
      Given Rui revises programme "tianfu" with
        """
        {"cap_per_day": 50}
        """
      When Rui and Ren send programmes:PutInForce
        """
        {"programme": "tianfu", "version": 2}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"},
         {"kind": "programmes.status_changed", "programme": "tianfu", "version": "2", "status": "in_force"}]
        """

    Scenario: what is in force already
      When Rui sends programmes:PutInForce
        """
        {"programme": "tianfu", "version": 1}
        """
      Then it is refused with programmes.version, field "version", value "1", params {"expected": "1"}

    Scenario: a version that nobody drafted
      When Rui sends programmes:PutInForce
        """
        {"programme": "tianfu", "version": 7}
        """
      Then it is refused with programmes.version, field "version", value "7", params {"expected": "1"}

    Scenario: the operator has lost its role
      Given Rui revises programme "tianfu" with
        """
        {"cap_per_day": 50}
        """
      And Rui and Ren have sent organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["holder"], "reason": "licence ended"}
        """
      When Rui sends programmes:PutInForce
        """
        {"programme": "tianfu", "version": 2}
        """
      Then it is refused with programmes.operator_role, field "operator", value "$operator"
