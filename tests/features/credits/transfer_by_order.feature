Feature: credits:TransferByOrder
  Units change hands without their holder only where an order says so: a judgment, the succession to a holder
  that ended, or enforcement. Two persons of the regulator carry it out, on units that the same order froze
  before. The effect names order, ground and the document's hash.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And Rui has sent credits:Freeze
      """
      {"order": "court-7", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "30"}]}
      """

  Rule: two persons hand over what the order froze
    Scenario: carried out
      When Rui and Ren send credits:TransferByOrder
        """
        {"order": "court-7", "ground": "judgment", "document": "$judgment", "holder": "$owner", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"},
         {"kind": "credits.order_carried_out", "order": "court-7", "ground": "judgment", "document": "$judgment", "holder": "$owner", "receiver": "$holder", "quantity_kg": "10"},
         {"kind": "credits.transferred", "sender": "$owner", "receiver": "$holder", "quantity_kg": "10", "transfer": "court-7"}]
        """
      When Rui asks credits:Ranges
        """
        {"batch": "$batch"}
        """
      Then the answer holds
        """
        {"items": [{"first": "1", "last": "10", "holder": "$owner", "holds": []},
                   {"first": "11", "last": "20", "holder": "$holder", "holds": []},
                   {"first": "21", "last": "30", "holder": "$owner", "holds": [{"kind": "freeze", "reference": "court-7"}]},
                   {"first": "31", "last": "100", "holder": "$owner", "holds": []}]}
        """

    Scenario: one person's order waits for another's
      When Rui sends credits:TransferByOrder
        """
        {"order": "court-7", "ground": "inheritance", "document": "$will", "holder": "$owner", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
        """
      Then the effects hold
        """
        [{"kind": "proposals.made", "function": "credits:TransferByOrder"}]
        """

    Scenario: what the order did not freeze stays
      When Rui and Ren send credits:TransferByOrder
        """
        {"order": "court-7", "ground": "enforcement", "document": "$judgment", "holder": "$owner", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with credits.hold_absent, field "range", value "510100-forests-restored-grove-2026-001:31-40", params {"hold": "freeze", "reference": "court-7"}

  Rule: another's right stops it, and the parties are those that the order names
    Scenario: a lien on the same units is heard first
      Given organisation "bank" with roles "lienholder", for whom "Ba" acts
      And Ono has sent pledges:Pledge
        """
        {"pledge": "p-1", "lienholder": "$bank", "agreed_receiver": "", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Rui has sent credits:Freeze
        """
        {"order": "court-8", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      When Rui and Ren send credits:TransferByOrder
        """
        {"order": "court-8", "ground": "judgment", "document": "$judgment", "holder": "$owner", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:31-40", params {"hold": "lien", "reference": "p-1"}

    Scenario: another holder than the order names
      When Rui and Ren send credits:TransferByOrder
        """
        {"order": "court-7", "ground": "judgment", "document": "$judgment", "holder": "$broker", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
        """
      Then it is refused with credits.not_holder, field "range", value "510100-forests-restored-grove-2026-001:11-20", params {"holder": "$owner"}

    Scenario: a receiver that cannot hold credits
      When Rui and Ren send credits:TransferByOrder
        """
        {"order": "court-7", "ground": "judgment", "document": "$judgment", "holder": "$owner", "receiver": "$verifier", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
        """
      Then it is refused with credits.receiver, field "receiver", value "$verifier", params {"status": "active", "roles": "verifier"}

    Scenario: to the holder itself
      When Rui and Ren send credits:TransferByOrder
        """
        {"order": "court-7", "ground": "judgment", "document": "$judgment", "holder": "$owner", "receiver": "$owner", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
        """
      Then it is refused with credits.same_holder, field "receiver", value "$owner"
