Feature: rights in a merger
  mergers:MoveRights puts the successor in the organisation's place: as offeror or offeree, pledgor or lienholder,
  trustee, insured, project owner, operator, or as the unit whose account it is. Units under a right go along.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "heir" with roles "holder", for whom "He" acts
    And organisation "bank" with roles "lienholder", for whom "Ba" acts
    And organisation "trustee" with roles "holder", for whom "Tu" acts
    And Ono has sent credits:Offer
      """
      {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "60"}]}
      """
    And Hu has sent credits:Accept
      """
      {"offer": "o-1"}
      """
    And Hu has sent credits:Offer
      """
      {"offer": "o-2", "receiver": "$broker", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}]}
      """
    And Hu has sent pledges:Pledge
      """
      {"pledge": "p-1", "lienholder": "$bank", "agreed_receiver": "", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
      """
    And Ono has sent trusts:Settle
      """
      {"trust": "t-1", "trustee": "$holder", "beneficiary": "$broker", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "61", "first": "61", "last": "80"}]}
      """
    And Hu has sent trusts:Accept
      """
      {"trust": "t-1"}
      """
    And Rui and Ren have sent mergers:Begin
      """
      {"organisation": "$holder", "successor": "$heir", "document": "$approval", "reason": "吸收合并"}
      """

  Rule: units under a right move with it, and only with it
    Scenario: they do not move alone
      When Rui sends mergers:MoveCredits
        """
        {"organisation": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}]}
        """
      Then it is refused with mergers.right_on_units, field "range", value "510100-forests-restored-grove-2026-001:1-10", params {"hold": "offer", "reference": "o-2"}

    Scenario: an offer, a pledge and a trust go on with the successor
      When Rui sends mergers:MoveRights
        """
        {"organisation": "$holder", "rights": [{"kind": "offer", "reference": "o-2"}, {"kind": "pledge", "reference": "p-1"},
          {"kind": "trust", "reference": "t-1", "pieces": [{"batch": "$batch", "range": "61", "first": "61", "last": "80"}]}]}
        """
      Then the effects hold
        """
        [{"kind": "mergers.right_moved", "right": "offer", "reference": "o-2"}, {"kind": "credits.transferred", "sender": "$holder", "receiver": "$heir", "quantity_kg": "10"},
         {"kind": "mergers.right_moved", "right": "pledge"}, {"kind": "credits.transferred", "quantity_kg": "10"},
         {"kind": "mergers.right_moved", "right": "trust"}, {"kind": "credits.transferred", "quantity_kg": "20"}]
        """
      When Bo sends credits:Accept
        """
        {"offer": "o-2"}
        """
      Then the effects hold
        """
        [{"kind": "credits.transferred", "sender": "$heir", "receiver": "$broker", "quantity_kg": "10"}]
        """
      When Ba sends pledges:Release
        """
        {"pledge": "p-1"}
        """
      Then the effects hold
        """
        [{"kind": "credits.released", "holder": "$heir", "quantity_kg": "10"}]
        """
      When He sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "61", "first": "61", "last": "80"}]}
        """
      Then the effects hold
        """
        [{"kind": "trusts.changed", "status": "ended", "trustee": "$heir"}, {"kind": "credits.transferred", "sender": "$heir", "receiver": "$broker"}]
        """
      Given Rui has sent mergers:MoveCredits
        """
        {"organisation": "$holder", "pieces": [{"batch": "$batch", "range": "21", "first": "21", "last": "60"}]}
        """
      When Rui and Ren send mergers:Finish
        """
        {"organisation": "$holder"}
        """
      Then it is done

    Scenario: a trust moves whole
      When Rui sends mergers:MoveRights
        """
        {"organisation": "$holder", "rights": [{"kind": "trust", "reference": "t-1", "pieces": [{"batch": "$batch", "range": "61", "first": "61", "last": "70"}]}]}
        """
      Then it is refused with mergers.pieces, field "trust", value "t-1", params {"remaining": "20", "listed": "10"}

  Rule: what it is no part of does not move, and the successor needs the role
    Scenario: another's right
      When Rui sends mergers:MoveRights
        """
        {"organisation": "$holder", "rights": [{"kind": "offer", "reference": "o-1"}]}
        """
      Then it is refused with mergers.not_tied, field "rights", value "o-1", params {"organisation": "$holder", "kind": "offer"}

    Scenario: a lien needs a lienholder
      Given Rui and Ren have sent mergers:Begin
        """
        {"organisation": "$bank", "successor": "$heir", "document": "$approval", "reason": "吸收合并"}
        """
      When Rui sends mergers:MoveRights
        """
        {"organisation": "$bank", "rights": [{"kind": "pledge", "reference": "p-1"}]}
        """
      Then it is refused with mergers.successor, field "successor", value "$heir", params {"status": "active", "roles": "holder", "needed": "lienholder"}

    Scenario: a unit account with its points
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      And programme "tianfu" of "operator" is in force
      And Ouyang has opened unit account U for "trustee" in "tianfu"
      And U earned 30 points in "tianfu" on 2026-11-21
      And Rui and Ren have sent mergers:Begin
        """
        {"organisation": "$trustee", "successor": "$heir", "document": "$approval", "reason": "吸收合并"}
        """
      When Rui sends mergers:MoveRights
        """
        {"organisation": "$trustee", "rights": [{"kind": "account", "reference": "tianfu/$U"}]}
        """
      Then the effects hold
        """
        [{"kind": "mergers.right_moved", "right": "account", "reference": "tianfu/$U", "successor": "$heir"}]
        """
      When Rui asks accounts:Get
        """
        {"programme": "tianfu", "account": "$U"}
        """
      Then the answer holds
        """
        {"organisation": "$heir", "points": "30"}
        """
      When Rui and Ren send mergers:Finish
        """
        {"organisation": "$trustee"}
        """
      Then it is done
