Feature: credits move between organisations, range by range
  One serial is one kilogram. An order names pieces: serials first to last, cut out of the recorded range that
  begins with a serial. Every range has one holder, one state, and any number of holds; any hold stops transfer
  and retirement. What lies beside a piece is untouched.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner

  Rule: a transfer is offered and accepted; in between the units are held
    Scenario: offered and accepted
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "30"}]}
        """
      When Hu sends credits:Accept
        """
        {"offer": "o-1"}
        """
      Then the effects hold
        """
        [{"kind": "credits.transferred", "sender": "$owner", "receiver": "$holder", "quantity_kg": "20", "transfer": "o-1"}]
        """
      When Rui asks credits:Ranges
        """
        {"batch": "$batch"}
        """
      Then the answer holds
        """
        {"items": [{"first": "1", "last": "10", "holder": "$owner", "holds": []},
                   {"first": "11", "last": "30", "holder": "$holder", "holds": []},
                   {"first": "31", "last": "100", "holder": "$owner", "holds": []}]}
        """
      When Rui asks credits:Holdings
        """
        {"holder": "$holder"}
        """
      Then the answer holds
        """
        {"items": [{"first": "11", "last": "30"}]}
        """

    Scenario: offered units are not offered again
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      When Ono sends credits:Offer
        """
        {"offer": "o-2", "receiver": "$broker", "pieces": [{"batch": "$batch", "range": "1", "first": "30", "last": "30"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:30-30", params {"hold": "offer", "reference": "o-1"}

    Scenario: only the receiver accepts
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      When Bo sends credits:Accept
        """
        {"offer": "o-1"}
        """
      Then it is refused with credits.offer_party, field "offer", value "o-1", params {"party": "$holder"}

    Scenario: withdrawn, and then accepted too late
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      And Ono has sent credits:Withdraw
        """
        {"offer": "o-1"}
        """
      When Hu sends credits:Accept
        """
        {"offer": "o-1"}
        """
      Then it is refused with states.not_allowed, field "offer", value "withdrawn", params {"to": "accepted", "allowed": "-"}

    Scenario: rejected units are free again
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      And Hu has sent credits:Reject
        """
        {"offer": "o-1"}
        """
      When Ono sends credits:Offer
        """
        {"offer": "o-2", "receiver": "$broker", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      Then it is done

    Scenario: a verifier receives nothing
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$verifier", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      Then it is refused with credits.receiver, field "receiver", value "$verifier", params {"status": "active", "roles": "verifier"}

    Scenario: to oneself
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$owner", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      Then it is refused with credits.same_holder, field "receiver", value "$owner"

    Scenario: an offer id is used once
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with credits.offer_exists, field "offer", value "o-1"

  Rule: a piece lies within a recorded range of its holder
    Scenario: over the end
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "90", "last": "101"}]}
        """
      Then it is refused with credits.range_outside, field "range", value "510100-forests-restored-grove-2026-001:90-101", params {"first": "1", "last": "100"}

    Scenario: backwards
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "9", "last": "8"}], "reason": "r"}
        """
      Then it is refused with credits.range_backwards, field "range", value "510100-forests-restored-grove-2026-001:9-8", params {"first": "9"}

    Scenario: a range that is not recorded
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "5", "first": "5", "last": "8"}], "reason": "r"}
        """
      Then it is refused with credits.range_absent, field "range", value "5", params {"batch": "$batch"}

    Scenario: another's units
      When Hu sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "5", "last": "8"}], "reason": "r"}
        """
      Then it is refused with credits.not_holder, field "range", value "510100-forests-restored-grove-2026-001:5-8", params {"holder": "$owner"}

    Scenario: one serial twice in one order
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "100"}, {"batch": "$batch", "range": "1", "first": "5", "last": "5"}], "reason": "r"}
        """
      Then it is refused with credits.range_twice, field "pieces", value "510100-forests-restored-grove-2026-001:5-5"

    Scenario: several pieces of one range
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "5", "last": "6"}, {"batch": "$batch", "range": "1", "first": "90", "last": "95"}], "reason": "r"}
        """
      Then the effects hold
        """
        [{"kind": "credits.cancelled", "quantity_kg": "8"}]
        """
      When Rui asks credits:Ranges
        """
        {"batch": "$batch"}
        """
      Then the answer holds
        """
        {"items": [{"first": "1", "last": "4", "state": "active"}, {"first": "5", "last": "6", "state": "cancelled"},
                   {"first": "7", "last": "89", "state": "active"}, {"first": "90", "last": "95", "state": "cancelled"},
                   {"first": "96", "last": "100", "state": "active"}]}
        """

  Rule: a freeze stops exactly the serials in question, under its order
    Scenario: a frozen part stops the offer that it fell on, what lies beside goes on
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
        """
      And Rui has sent credits:Freeze
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "1", "first": "10", "last": "12"}]}
        """
      When Hu sends credits:Accept
        """
        {"offer": "o-1"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:10-12", params {"hold": "freeze", "reference": "court-7"}
      When Ono sends credits:Withdraw
        """
        {"offer": "o-1"}
        """
      Then the effects hold
        """
        [{"kind": "credits.released", "hold": "offer", "quantity_kg": "30"}]
        """
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "10", "first": "10", "last": "12"}], "reason": "r"}
        """
      Then it is refused with credits.held
      When Rui sends credits:Unfreeze
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "10", "first": "10", "last": "12"}]}
        """
      Then it is done

    Scenario: units of others are cancelled by two persons, after the order froze them
      When Rui and Ren send credits:CancelByOrder
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "1", "first": "10", "last": "12"}], "reason": "fraud"}
        """
      Then it is refused with credits.hold_absent, field "range", value "510100-forests-restored-grove-2026-001:10-12", params {"hold": "freeze", "reference": "court-7"}
      Given Rui has sent credits:Freeze
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "1", "first": "10", "last": "12"}]}
        """
      When Rui and Ren send credits:CancelByOrder
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "10", "first": "10", "last": "12"}], "reason": "fraud"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "credits.cancelled", "holder": "$owner", "quantity_kg": "3", "reason": "court-7: fraud"}]
        """

  Rule: ranges that continue each other are merged, and a serial's life is found through it all
    Scenario: offered, withdrawn, merged
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "30"}]}
        """
      And Ono has sent credits:Withdraw
        """
        {"offer": "o-1"}
        """
      When Ono sends credits:Merge
        """
        {"batch": "$batch", "ranges": ["1", "11", "31"]}
        """
      Then the effects hold
        """
        [{"kind": "credits.merged", "parts": "3", "quantity_kg": "100"}]
        """
      When Rui asks credits:Life
        """
        {"batch": "$batch", "range": "1", "serial": "20"}
        """
      Then the answer holds
        """
        {"serial": "20", "stations": [{"range": {"first": "1", "last": "100", "made_from": []}},
          {"range": {"first": "11", "last": "30", "holds": [{"kind": "offer", "reference": "o-1"}]}},
          {"range": {"first": "11", "last": "30", "holds": []}},
          {"range": {"first": "1", "last": "100", "made_from": ["1", "11", "31"]}}]}
        """

    Scenario: what does not continue is not merged
      Given Ono has sent credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "30"}], "reason": "r"}
        """
      When Ono sends credits:Merge
        """
        {"batch": "$batch", "ranges": ["1", "31"]}
        """
      Then it is refused with credits.ranges_apart, field "range", value "510100-forests-restored-grove-2026-001:31-100"
