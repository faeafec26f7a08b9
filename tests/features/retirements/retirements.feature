Feature: retirements:Retire
  A retirement uses up own free units for a beneficiary and a purpose, for good. A person appears as a salted
  commitment only. One retirement has one id and one certificate; a repeat of the request answers as before.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner

  Rule: what is retired stays retired
    Scenario: for an event
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null,
         "purpose": "event", "reference": "marathon-2026", "reason": "赛事碳中和"}
        """
      Then the effects hold
        """
        [{"kind": "retirements.retired", "retirement": "r-1", "holder": "$owner", "purpose": "event", "day": "$today",
          "reference": "marathon-2026", "quantity_kg": "40", "beneficiary": {"organisation": "$holder"}}]
        """
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "40", "last": "40"}]}
        """
      Then it is refused with credits.not_active, field "range", value "510100-forests-restored-grove-2026-001:40-40", params {"state": "retired"}
      When Rui asks retirements:Get
        """
        {"retirement": "r-1"}
        """
      Then the answer holds
        """
        {"quantity": "40", "day": "$today", "spans": [{"first": "1", "last": "40"}]}
        """

    Scenario: held units
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}]}
        """
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "", "person": "$salted"}, "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with credits.held

    Scenario: another's units
      When Hu sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "", "person": "$salted"}, "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with credits.not_holder

    Scenario: a retirement id is used once
      Given Ono has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "", "person": "$salted"}, "purpose": "voluntary", "reason": "r"}
        """
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}],
         "beneficiary": {"organisation": "", "person": "$salted"}, "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with retirements.exists, field "retirement", value "r-1"

  Rule: a beneficiary is an organisation or a person's commitment
    Scenario: neither
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "", "person": ""}, "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with retirements.beneficiary, field "beneficiary", value "-"

    Scenario: an organisation's code with a wrong check character
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "91350100M000100Y44", "person": ""}, "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with value.uscc_check, field "beneficiary.organisation", value "91350100M000100Y44", params {"expected": "3"}

    Scenario: only a broker or an exchange acts for another
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": {"organisation": "$holder", "person": ""},
         "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with retirements.client, field "on_behalf_of", value "$holder"

  Rule: some purposes name what they are for
    Scenario: compensation by carbon names its case
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "$holder", "person": ""}, "purpose": "compensation", "reason": "以碳代偿"}
        """
      Then it is refused with retirements.reference, field "reference", value "compensation"

    Scenario: an unknown purpose
      When Ono sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "$holder", "person": ""}, "purpose": "fun", "reason": "r"}
        """
      Then it is refused with contract.argument_value
