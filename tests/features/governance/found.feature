Feature: governance:Found
  A channel begins without anybody who could register anybody. The first regulator founds the registry with a
  certificate that its own authority gave the role "regulator". That works once; who did it stands on the ledger.

  Rule: it works once
    Scenario: the founding stands on the ledger
      When Rui asks governance:Founding
        """
        {}
        """
      Then the answer holds
        """
        {"organisation": "$regulator", "person": "Rui"}
        """

    Scenario: a second founding
      Given organisation "other" with roles "holder", for whom "Otto" acts
      And "Eve" holds a certificate of "other" for "regulator"
      When Eve sends governance:Found
        """
        {"name": "another", "region": "510000"}
        """
      Then it is refused with organisations.founded_already, field "tanhui.org", value "$other", params {"by": "$regulator"}

  Rule: only a regulator's certificate founds
    Scenario: a holder's certificate
      Given organisation "other" with roles "holder", for whom "Otto" acts
      When Otto sends governance:Found
        """
        {"name": "another", "region": "510000"}
        """
      Then it is refused with contract.caller_role, field "tanhui.role", value "holder", params {"function": "governance:Found", "allowed": "regulator"}

  Rule: a certificate counts only for its organisation's MSP and for roles that were granted
    Scenario: an operator's authority writes "regulator" into a certificate
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      And "Eve" holds a certificate of "operator" for "regulator"
      When Eve sends organisations:Suspend
        """
        {"organisation": "$regulator", "reason": "coup"}
        """
      Then it is refused with organisations.role_not_granted, field "tanhui.role", value "regulator", params {"organisation": "$operator", "allowed": "regulator"}

    Scenario: another authority speaks for the regulator
      Given "Eve" holds a certificate of "regulator" for "regulator" from MSP "EveMSP"
      When Eve sends organisations:Suspend
        """
        {"organisation": "$regulator", "reason": "coup"}
        """
      Then it is refused with organisations.msp_mismatch, field "tanhui.org", value "EveMSP", params {"organisation": "$regulator", "registered": "RegulatorMSP"}

    Scenario: a certificate without a person
      Given "" holds a certificate of "regulator" for "regulator"
      When nobody sends organisations:Suspend
        """
        {"organisation": "$regulator", "reason": "coup"}
        """
      Then it is refused with contract.caller_attribute, field "tanhui.person", value "", params {"msp": "RegulatorMSP"}
