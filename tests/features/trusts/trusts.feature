Feature: credits in trust (碳信托)
  A settlor gives units to a trustee for a beneficiary. The trustee holds them, apart from its own: under the
  trust's hold they can be neither sold, pledged nor retired, and leave to the beneficiary alone. After the last
  day of the trust the beneficiary takes what is left by itself. What has been handed over wholly is ended.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "trustee" with roles "holder", for whom "Tu" acts
    And organisation "other" with roles "holder", for whom "Ou" acts
    And Ono has sent trusts:Settle
      """
      {"trust": "t-1", "trustee": "$trustee", "beneficiary": "$holder", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "30"}]}
      """

  Rule: trusts:Settle offers own free units, which are held from then on
    Scenario: offered
      When Rui asks trusts:Get
        """
        {"trust": "t-1"}
        """
      Then the answer holds
        """
        {"settlor": "$owner", "trustee": "$trustee", "beneficiary": "$holder", "quantity": "20", "remaining": "20", "status": "offered", "until": "2026-12-31"}
        """
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}], "reason": "r"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:11-30", params {"hold": "trust", "reference": "t-1"}

    Scenario: an id is used once
      When Ono sends trusts:Settle
        """
        {"trust": "t-1", "trustee": "$trustee", "beneficiary": "$holder", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with trusts.exists, field "trust", value "t-1"

    Scenario: the trustee is not the settlor
      When Ono sends trusts:Settle
        """
        {"trust": "t-2", "trustee": "$owner", "beneficiary": "$holder", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with trusts.same_party, field "trustee", value "$owner"

    Scenario: the settlor may be the beneficiary, the trustee may not
      When Ono sends trusts:Settle
        """
        {"trust": "t-2", "trustee": "$trustee", "beneficiary": "$trustee", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with trusts.same_party, field "trustee", value "$trustee"
      When Ono sends trusts:Settle
        """
        {"trust": "t-2", "trustee": "$trustee", "beneficiary": "$owner", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is done

    Scenario: a trust that is over before it begins
      When Ono sends trusts:Settle
        """
        {"trust": "t-2", "trustee": "$trustee", "beneficiary": "$holder", "deed": "$deed", "until": "2026-11-21", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with trusts.over, field "until", value "2026-11-21", params {"today": "2026-11-21"}

    Scenario: a verifier is no trustee
      When Ono sends trusts:Settle
        """
        {"trust": "t-2", "trustee": "$verifier", "beneficiary": "$holder", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with credits.receiver, field "receiver", value "$verifier", params {"status": "active", "roles": "verifier"}

  Rule: trusts:Accept moves the units to the trustee, under the trust's hold still
    Scenario: accepted, and kept apart
      When Tu sends trusts:Accept
        """
        {"trust": "t-1"}
        """
      Then the effects hold
        """
        [{"kind": "trusts.changed", "trust": "t-1", "status": "settled", "remaining_kg": "20"},
         {"kind": "credits.transferred", "sender": "$owner", "receiver": "$trustee", "quantity_kg": "20", "transfer": "trust:t-1"}]
        """
      When Rui asks credits:Holdings
        """
        {"holder": "$trustee"}
        """
      Then the answer holds
        """
        {"items": [{"first": "11", "last": "30", "holds": [{"kind": "trust", "reference": "t-1"}]}]}
        """
      When Tu sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$other", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:11-30", params {"hold": "trust", "reference": "t-1"}

    Scenario: only the trustee accepts
      When Ou sends trusts:Accept
        """
        {"trust": "t-1"}
        """
      Then it is refused with trusts.party, field "trust", value "$other", params {"allowed": "$trustee"}

    Scenario: once
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Tu sends trusts:Accept
        """
        {"trust": "t-1"}
        """
      Then it is refused with states.not_allowed, field "trust", value "settled", params {"to": "settled", "allowed": "ended"}

  Rule: trusts:Decline frees what was offered
    Scenario: by the trustee
      When Tu sends trusts:Decline
        """
        {"trust": "t-1"}
        """
      Then the effects hold
        """
        [{"kind": "trusts.changed", "status": "declined", "remaining_kg": "0"},
         {"kind": "credits.released", "hold": "trust", "reference": "t-1", "holder": "$owner", "quantity_kg": "20"}]
        """

    Scenario: by the settlor, but not when it is settled
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Ono sends trusts:Decline
        """
        {"trust": "t-1"}
        """
      Then it is refused with states.not_allowed, field "trust", value "settled", params {"to": "declined", "allowed": "ended"}

    Scenario: not by the beneficiary
      When Hu sends trusts:Decline
        """
        {"trust": "t-1"}
        """
      Then it is refused with trusts.party, field "trust", value "$holder", params {"allowed": "$trustee,$owner"}

  Rule: trusts:Distribute hands units to the beneficiary, part by part
    Scenario: in part, then the rest, which ends it
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Tu sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "16", "last": "20"}]}
        """
      Then the effects hold
        """
        [{"kind": "trusts.changed", "status": "settled", "remaining_kg": "15"},
         {"kind": "credits.transferred", "sender": "$trustee", "receiver": "$holder", "quantity_kg": "5"}]
        """
      When Tu sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "15"}, {"batch": "$batch", "range": "21", "first": "21", "last": "30"}]}
        """
      Then the effects hold
        """
        [{"kind": "trusts.changed", "status": "ended", "remaining_kg": "0"}, {"kind": "credits.transferred", "receiver": "$holder", "quantity_kg": "15"}]
        """

    Scenario: what is not in the trust
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Tu sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with credits.hold_absent, field "range", value "510100-forests-restored-grove-2026-001:31-40", params {"hold": "trust", "reference": "t-1"}

    Scenario: before it is settled
      When Tu sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then it is refused with states.required, field "trust", value "offered", params {"allowed": "settled"}

    Scenario: a frozen part stops it
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      And Rui has sent credits:Freeze
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "11"}]}
        """
      When Tu sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "11"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:11-11", params {"hold": "freeze", "reference": "court-7"}

  Rule: trusts:Claim is the beneficiary's own way, when the trust is over
    Scenario: too early
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      And today is 2026-12-31
      When Hu sends trusts:Claim
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then it is refused with trusts.running, field "trust", value "2026-12-31", params {"until": "2026-12-31"}

    Scenario: over
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      And today is 2027-01-01
      When Tu sends trusts:Claim
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then it is refused with trusts.party, field "trust", value "$trustee", params {"allowed": "$holder"}
      When Hu sends trusts:Claim
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then the effects hold
        """
        [{"kind": "trusts.changed", "status": "ended", "remaining_kg": "0"}, {"kind": "credits.transferred", "sender": "$trustee", "receiver": "$holder", "quantity_kg": "20"}]
        """

  Rule: trusts:ReplaceTrustee follows an order, by two persons, and takes everything along
    Scenario: replaced
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Rui and Ren send trusts:ReplaceTrustee
        """
        {"trust": "t-1", "trustee": "$other", "order": "court-9", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "trusts.changed", "trustee": "$other", "status": "settled", "remaining_kg": "20", "order": "court-9"},
         {"kind": "credits.transferred", "sender": "$trustee", "receiver": "$other", "quantity_kg": "20", "transfer": "court-9"}]
        """
      When Ou sends trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then it is done

    Scenario: not in part
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Rui and Ren send trusts:ReplaceTrustee
        """
        {"trust": "t-1", "trustee": "$other", "order": "court-9", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "20"}]}
        """
      Then it is refused with trusts.not_whole, field "pieces", value "10", params {"remaining": "20"}

    Scenario: not to a party
      Given Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      When Rui and Ren send trusts:ReplaceTrustee
        """
        {"trust": "t-1", "trustee": "$holder", "order": "court-9", "pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "30"}]}
        """
      Then it is refused with trusts.same_party, field "trustee", value "$holder"
