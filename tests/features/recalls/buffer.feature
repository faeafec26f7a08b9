Feature: replacements from the buffer
  A reversed project's certificates are made whole from its buffer by who keeps it.

  Rule: the buffer's holder replaces, and the certificate says so
    Scenario: a reversal
      Given the people of a project
      And a batch of 100 kg, a tenth of it in the buffer
      And Ono has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "8"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      And Rui and Ren have sent recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "reversal", "document": "$decision", "scope": [{"first": "1", "last": "8"}], "replace_by": "2027-05-31", "reason": "林火"}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "8"}]}
        """
      When Bo sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "91", "first": "91", "last": "98"}]}
        """
      Then it is refused with recalls.replacer, field "recall", value "$broker", params {"allowed": "$owner,$buffer"}
      When Bai sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "91", "first": "91", "last": "98"}]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.replaced", "holder": "$buffer", "source": "buffer", "quantity_kg": "8", "certificate": "recalled_and_replaced"}]
        """
