Feature: identity:BindNullifiers, PruneNullifiers and Nullifier, and programmes that accept no buckets
  A bucket shows the channel that two accounts of a month share a person. A group may ask for nullifiers instead: one for
  each slot, the same for one person's accounts, and different for every other slot. A programme whose rules accept
  nullifiers only runs no scene that claims from buckets. Only the group's authority binds nullifiers; they are pruned
  when nobody can claim their slot any more.

  Background:
    Given two programmes whose bus trips claim with nullifiers of "police"

  Rule: one trip is claimed once across apps and operators
    Scenario: the same person's accounts in two programmes
      Given Pan has bound A in "tianfu" and B in "jilin" to one nullifier for 2026-11-20 08:00
      And "tianfu" has recorded A at 2026-11-20 08:00
      When "jilin" records B at 2026-11-20 08:10
      Then the effects hold
        """
        [{"rejected": [{"position": "0", "code": "activities.slot_claimed"}]}]
        """

    Scenario: two persons
      Given Pan has bound A in "tianfu" for the slot of 2026-11-20 08:00
      And Pan has bound B in "jilin" for the slot of 2026-11-20 08:00
      And "tianfu" has recorded A at 2026-11-20 08:00
      When "jilin" records B at 2026-11-20 08:00
      Then the effects hold
        """
        [{"count": "1", "points": "1"}]
        """

    Scenario: a slot that the authority bound nothing for
      Given Pan has bound A in "tianfu" for the slot of 2026-11-20 08:00
      When "tianfu" records A at 2026-11-20 09:00
      Then the effects hold
        """
        [{"rejected": [{"position": "0", "code": "activities.unbound"}]}]
        """

    Scenario: anybody sees whether a nullifier is used up
      Given Pan has bound A in "tianfu" for the slot of 2026-11-20 08:00
      And "tianfu" has recorded A at 2026-11-20 08:00
      When Rui asks for the nullifier of A in "tianfu" for 2026-11-20 08:00
      Then the answer holds
        """
        {"used": true}
        """

  Rule: only the group's authority binds, once, and only slots of the group
    Scenario: an operator, and another authority
      When Ouyang binds A in "tianfu" for the slot of 2026-11-20 08:00
      Then it is refused with contract.caller_role
      Given organisation "bureau" with roles "identity_authority", for whom "Bo" acts
      When Bo binds A in "tianfu" for the slot of 2026-11-20 08:00
      Then it is refused with identity.not_authority, field "group", value "$bureau", params {"authority": "$police"}

    Scenario: another nullifier for the same slot
      Given Pan has bound A in "tianfu" for the slot of 2026-11-20 08:00
      When Pan binds A in "tianfu" for the slot of 2026-11-20 08:00 to another nullifier
      Then it is refused with identity.bound_otherwise, field "bindings", value "$A"

    Scenario: a slot of another group
      When Pan binds A in "tianfu" for a slot of the group "metro"
      Then it is refused with identity.slot_group

    Scenario: a bucket for a group that asks for nullifiers
      When Pan binds A in "tianfu" for 2026-11
      Then it is refused with identity.group_mode, field "group", value "commute", params {"identity": "nullifiers"}

  Rule: a programme that accepts nullifiers only runs no scene that claims from buckets
    Scenario: a group of buckets
      Given "tianfu" accepts nullifiers only
      And a filed methodology "metro-trip" of the group "metro" with buckets of "police"
      When "tianfu" records A by "metro-trip" at 2026-11-20 08:00
      Then it is refused with activities.identity_mode, field "programme", value "tianfu", params {"group": "metro"}

    Scenario: a group of nullifiers
      Given "tianfu" accepts nullifiers only
      And Pan has bound A in "tianfu" for the slot of 2026-11-20 08:00
      When "tianfu" records A at 2026-11-20 08:00
      Then the effects hold
        """
        [{"count": "1", "points": "1"}]
        """

  Rule: nullifiers are pruned when nobody can claim their slot any more
    Scenario: too early, then in time
      Given Pan has bound A in "tianfu" for the slot of 2026-11-20 08:00
      When Ouyang prunes A in "tianfu" for the slot of 2026-11-20 08:00
      Then it is refused with identity.still_claimable
      Given today is 2026-11-24
      When Ouyang prunes A in "tianfu" for the slot of 2026-11-20 08:00
      Then the effects hold
        """
        [{"kind": "identity.nullifiers_pruned", "programme": "tianfu", "group": "commute", "count": "1"}]
        """
      When Rui asks for the nullifier of A in "tianfu" for 2026-11-20 08:00
      Then it is refused with contract.record_absent
