Feature: retirements:List
  The retirement register: every retirement, never changed, in the order of ids, read by any member.

  Rule: page by page
    Scenario: one a page
      Given the people of a project
      And a batch of 100 kg held by its owner
      And Ono has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "5"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      And Ono has sent retirements:Retire
        """
        {"retirement": "r-2", "pieces": [{"batch": "$batch", "range": "6", "first": "6", "last": "9"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "compensation", "reference": "case-7", "reason": "以碳代偿"}
        """
      When Hu asks retirements:List
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "r-1", "quantity": "5", "day": "2026-11-21"}, {"id": "r-2", "quantity": "4", "purpose": "compensation", "reference": "case-7"}], "bookmark": ""}
        """
