Feature: programmes:Get, List, Rules and Issues show what a programme is and what it issued
  A programme, each version of its rules, and the issues that lots name are read by any member of the channel.

  Rule: anybody reads them
    Scenario: a programme in force that issued points
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      And programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      And A earned 5 points in "tianfu" on 2026-11-20
      When Ouyang asks programmes:Get
        """
        {"programme": "tianfu"}
        """
      Then the answer holds
        """
        {"id": "tianfu", "operator": "$operator", "state": "in_force", "in_force": 1, "drafted": 1, "parent": ""}
        """
      When Ouyang asks programmes:List
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "tianfu"}], "bookmark": ""}
        """
      When Ouyang asks programmes:Rules
        """
        {"programme": "tianfu", "version": 1}
        """
      Then the answer holds
        """
        {"programme": "tianfu", "version": 1, "rules": {"transfer": {"kind": "open"}}}
        """
      When Ouyang asks programmes:Issues
        """
        {"programme": "tianfu"}
        """
      Then the answer holds
        """
        {"items": [{}], "bookmark": ""}
        """
      When Ouyang asks programmes:Rules
        """
        {"programme": "tianfu", "version": 2}
        """
      Then it is refused with contract.record_absent, field "programme_version", value "000002"
