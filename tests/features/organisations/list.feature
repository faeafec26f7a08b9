Feature: organisations:List and Get
  Every organisation of the registry with its status and roles, in the order of ids, read by any member.

  Rule: page by page
    Scenario: two pages
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      When Ouyang asks organisations:List
        """
        {"page_size": 500}
        """
      Then the answer holds
        """
        {"items": [{"id": "$regulator", "status": "active", "roles": ["regulator"]}, {"id": "$operator", "status": "active", "roles": ["platform_operator"]}], "bookmark": ""}
        """
      When Ouyang asks organisations:List
        """
        {"page_size": 501}
        """
      Then it is refused with contract.argument_value

  Rule: one by its id
    Scenario: registered, and not
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      When Ouyang asks organisations:Get
        """
        {"organisation": "$operator"}
        """
      Then the answer holds
        """
        {"id": "$operator", "region": "510100", "status": "active", "roles": ["platform_operator"], "successor": ""}
        """
      When Ouyang asks organisations:Get
        """
        {"organisation": "911100000000000000"}
        """
      Then it is refused with contract.record_absent, field "organisation", value "911100000000000000"
