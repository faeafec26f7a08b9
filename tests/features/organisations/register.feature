Feature: organisations:Register
  The regulator enters an organisation by its unified social credit code, with the MSP that speaks for it.
  It is active at once and has no role until two persons grant one.

  Rule: what is entered is well-formed
    Scenario: a wrong check character
      When Rui sends organisations:Register
        """
        {"organisation": "91510100000000099U", "name": "某公司", "region": "510100", "msp_id": "SomeMSP"}
        """
      Then it is refused with value.uscc_check

    Scenario: a region that is none
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      When Rui sends organisations:Register
        """
        {"organisation": "$operator", "name": "x", "region": "990000", "msp_id": "SomeMSP"}
        """
      Then it is refused with value.not_a_region, field "region", value "990000"

  Rule: once only
    Scenario: registered twice
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      When Rui sends organisations:Register
        """
        {"organisation": "$operator", "name": "again", "region": "510100", "msp_id": "SomeMSP"}
        """
      Then it is refused with organisations.already_registered, field "organisation", value "$operator"

  Rule: only a registered regulator registers
    Scenario: an operator
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      When Ouyang sends organisations:Register
        """
        {"organisation": "$operator", "name": "again", "region": "510100", "msp_id": "SomeMSP"}
        """
      Then it is refused with contract.caller_role, field "tanhui.role", value "platform_operator", params {"function": "organisations:Register", "allowed": "regulator"}
