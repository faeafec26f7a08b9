Feature: identity:Bind and shared exclusion groups
  An identity authority, never an operator, verifies a person once, off the chain, and binds each of their accounts to
  a bucket for an exclusion group and a month. Methodologies whose group names the authority are claimed from the
  bucket: one trip counts once, with one app of one operator. Nobody but that authority writes bindings.

  Background:
    Given two programmes whose bus trips share the identity authority "police"

  Rule: one trip is claimed once across apps and operators
    Scenario: the same person's accounts in two programmes
      Given Pan has bound A in "tianfu" and B in "jilin" to the same bucket for 2026-11
      And "tianfu" has recorded A at 2026-11-20 08:00
      When "jilin" records B at 2026-11-20 08:10
      Then the effects hold
        """
        [{"rejected": [{"position": "0", "code": "activities.slot_claimed"}]}]
        """
      When "jilin" records B at 2026-11-20 09:00
      Then the effects hold
        """
        [{"count": "1", "reduction_g": "1871"}]
        """
      When Rui asks identity:Bucket
        """
        {"programme": "tianfu", "account": "$A", "group": "commute", "month": "2026-11"}
        """
      Then the bucket holds 2 slots

    Scenario: two persons
      Given Pan has bound A in "tianfu" for 2026-11
      And Pan has bound B in "jilin" for 2026-11
      And "tianfu" has recorded A at 2026-11-20 08:00
      When "jilin" records B at 2026-11-20 08:00
      Then the effects hold
        """
        [{"count": "1", "points": "1", "reduction_g": "1871"}]
        """

  Rule: who is not bound cannot claim
    Scenario: no binding, and one for another month
      Given Pan has bound A in "tianfu" for 2026-10
      When "tianfu" records A at 2026-11-20 08:00
      Then the effects hold
        """
        [{"points": "0", "rejected": [{"position": "0", "code": "activities.unbound"}]}]
        """

  Rule: only the group's authority binds, and once a month
    Scenario: an operator
      When Ouyang binds A in "tianfu" for 2026-11
      Then it is refused with contract.caller_role

    Scenario: another authority
      Given organisation "bureau" with roles "identity_authority", for whom "Bo" acts
      When Bo binds A in "tianfu" for 2026-11
      Then it is refused with identity.not_authority, field "group", value "$bureau", params {"authority": "$police"}

    Scenario: another bucket in the same month
      Given Pan has bound A in "tianfu" for 2026-11
      When Pan binds A in "tianfu" for 2026-11 to another bucket
      Then it is refused with identity.bound_otherwise, field "bindings", value "$A"
      When Pan binds A in "tianfu" for 2026-11
      Then it is done

    Scenario: a group that is not shared
      Given a filed methodology "metro-trip" of the group "metro"
      When Pan binds A in group "metro"
      Then it is refused with identity.group_not_shared, field "group", value "metro"

    Scenario: an account twice, and half a binding
      When Pan sends identity:Bind
        """
        {"programme": "tianfu", "group": "commute", "month": "2026-11", "bindings": "AAAA"}
        """
      Then it is refused with identity.bindings_width, field "bindings", value "3", params {"limit": "5000", "width": "32"}
      When Pan binds A twice in "tianfu" for 2026-11
      Then it is refused with identity.bound_twice, field "bindings", value "$A"

  Rule: a methodology names an organisation that is an identity authority
    Scenario: an operator as authority
      When a methodology that names the operator as authority is filed
      Then it is refused with identity.authority_role, field "authority", value "$operator"

  Rule: months are bound up to the next one
    Scenario: the month after next
      When Pan binds A in "tianfu" for 2027-01
      Then it is refused with identity.month_early, field "month", value "2027-01", params {"latest": "2026-12"}
