Feature: credits:AcceptAndRetire
  A transfer can be made to be retired on receipt: the receiver takes the units and retires them in one
  transaction, both or neither. Two certificates sign: the sender's offer and the receiver's retirement.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And Ono has sent credits:Offer
      """
      {"offer": "o-1", "receiver": "$holder", "retire_on_receipt": true, "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "30"}]}
      """

  Rule: receipt and retirement are one transaction
    Scenario: taken and retired
      When Hu sends credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      Then the effects hold
        """
        [{"kind": "credits.transferred", "sender": "$owner", "receiver": "$holder", "quantity_kg": "20", "transfer": "o-1"},
         {"kind": "retirements.retired", "retirement": "r-1", "holder": "$holder", "quantity_kg": "20"}]
        """
      When Rui asks credits:Range
        """
        {"batch": "$batch", "range": "11"}
        """
      Then the answer holds
        """
        {"first": "11", "last": "30", "holder": "$holder", "state": "retired", "holds": []}
        """
      When Rui asks credits:GetOffer
        """
        {"offer": "o-1"}
        """
      Then the answer holds
        """
        {"status": "accepted", "retire_on_receipt": true, "quantity": "20"}
        """

    Scenario: it is not taken without being retired
      When Hu sends credits:Accept
        """
        {"offer": "o-1"}
        """
      Then it is refused with credits.retire_on_receipt, field "offer", value "o-1"

    Scenario: an ordinary offer may be retired on receipt too
      Given Ono has sent credits:Offer
        """
        {"offer": "o-2", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      When Hu sends credits:AcceptAndRetire
        """
        {"offer": "o-2", "retirement": "r-2", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "office", "reference": "", "reason": "自愿"}
        """
      Then it is done

    Scenario: a freeze on part of it stops both
      Given Rui has sent credits:Freeze
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "11", "first": "30", "last": "30"}]}
        """
      When Hu sends credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:30-30", params {"hold": "freeze", "reference": "court-7"}

  Rule: the receiver alone takes it, once, under terms that a retirement can have
    Scenario: somebody else
      When Bo sends credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$broker", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      Then it is refused with credits.offer_party, field "offer", value "o-1", params {"party": "$holder"}

    Scenario: twice
      Given Hu has sent credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      When Hu sends credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-2", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      Then it is refused with states.not_allowed, field "offer", value "accepted", params {"to": "accepted", "allowed": "-"}

    Scenario: a retirement id is used once
      Given Ono has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "5"}], "beneficiary": {"organisation": "$owner", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      When Hu sends credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      Then it is refused with retirements.exists, field "retirement", value "r-1"

    Scenario: 以碳代偿 names its case
      When Hu sends credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "compensation", "reference": "", "reason": "代偿"}
        """
      Then it is refused with retirements.reference, field "reference", value "compensation"
