Feature: carbon insurance (碳保险)
  An insurer covers exact ranges of another organisation for a time. Nothing is held: the insured goes on using
  its units. When covered serials are recalled while the cover runs, the insured claims; how much follows from
  ledger and policy. The insurer replaces with its own units, under the certificate where they were retired.
  It counts towards what the recall owes, so nobody is made good twice.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "insurer" with roles "holder", for whom "In" acts
    And Ono has sent credits:Offer
      """
      {"offer": "o-1", "receiver": "$insurer", "pieces": [{"batch": "$batch", "range": "1", "first": "71", "last": "100"}]}
      """
    And In has sent credits:Accept
      """
      {"offer": "o-1"}
      """
    And In has sent insurance:Offer
      """
      {"policy": "i-1", "insured": "$owner", "document": "$policy", "first_day": "2026-11-22", "last_day": "2027-11-21", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}]}
      """

  Rule: insurance:Offer covers active units of somebody else, from tomorrow at the earliest
    Scenario: offered
      When Rui asks insurance:Get
        """
        {"policy": "i-1"}
        """
      Then the answer holds
        """
        {"insurer": "$insurer", "insured": "$owner", "covered": "40", "claimed": "0", "settled": "0", "status": "offered", "spans": [{"first": "1", "last": "40"}]}
        """

    Scenario: not oneself
      When In sends insurance:Offer
        """
        {"policy": "i-2", "insured": "$insurer", "document": "$policy", "first_day": "2026-11-22", "last_day": "2027-11-21", "pieces": [{"batch": "$batch", "range": "71", "first": "71", "last": "80"}]}
        """
      Then it is refused with insurance.same_party, field "insured", value "$insurer"

    Scenario: not what was recalled or lost by today
      When In sends insurance:Offer
        """
        {"policy": "i-2", "insured": "$owner", "document": "$policy", "first_day": "2026-11-21", "last_day": "2027-11-21", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}]}
        """
      Then it is refused with insurance.period, field "first_day", value "2026-11-21", params {"today": "2026-11-21", "last_day": "2027-11-21"}

    Scenario: not another's units
      When In sends insurance:Offer
        """
        {"policy": "i-2", "insured": "$holder", "document": "$policy", "first_day": "2026-11-22", "last_day": "2027-11-21", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}]}
        """
      Then it is refused with credits.not_holder, field "range", value "510100-forests-restored-grove-2026-001:1-40", params {"holder": "$owner"}

    Scenario: not the same serials twice
      When In sends insurance:Offer
        """
        {"policy": "i-2", "insured": "$owner", "document": "$policy", "first_day": "2026-11-22", "last_day": "2027-11-21", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}, {"batch": "$batch", "range": "1", "first": "40", "last": "50"}]}
        """
      Then it is refused with credits.range_twice, field "pieces", value "510100-forests-restored-grove-2026-001:40-50"

    Scenario: an id is used once
      When In sends insurance:Offer
        """
        {"policy": "i-1", "insured": "$owner", "document": "$policy", "first_day": "2026-11-22", "last_day": "2027-11-21", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}]}
        """
      Then it is refused with insurance.exists, field "policy", value "i-1"

  Rule: insurance:Accept and insurance:Decline answer it
    Scenario: accepted
      When Ono sends insurance:Accept
        """
        {"policy": "i-1"}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "policy": "i-1", "insurer": "$insurer", "insured": "$owner", "status": "in_force", "covered_kg": "40", "claimed_kg": "0"}]
        """

    Scenario: by the insured alone, and before the cover begins
      When In sends insurance:Accept
        """
        {"policy": "i-1"}
        """
      Then it is refused with insurance.party, field "policy", value "$insurer", params {"allowed": "$owner"}
      Given today is 2026-11-22
      When Ono sends insurance:Accept
        """
        {"policy": "i-1"}
        """
      Then it is refused with insurance.period, field "first_day", value "2026-11-22", params {"today": "2026-11-22", "last_day": "2027-11-21"}

    Scenario: declined
      When In sends insurance:Decline
        """
        {"policy": "i-1"}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "declined"}]
        """
      When Ono sends insurance:Accept
        """
        {"policy": "i-1"}
        """
      Then it is refused with states.not_allowed, field "policy", value "declined", params {"to": "in_force", "allowed": "-"}

  Rule: insurance:Claim asks for covered serials that a recall took, as far as they are missing
    Background:
      Given Ono has sent insurance:Accept
        """
        {"policy": "i-1"}
        """
      And Ono has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "31", "last": "60"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """

    Scenario: under a certificate, and settled in two parts
      Given today is 2026-12-01
      And Rui and Ren have sent recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "35", "last": "50"}], "replace_by": "2027-05-31", "reason": "排放因子错误"}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "35", "last": "50"}]}
        """
      When Ono sends insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "r-1", "evidence": "$evidence"}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "claimed", "claimed_kg": "6", "recall": "c-1", "retirement": "r-1", "document": "$evidence"}]
        """
      When In sends insurance:Settle
        """
        {"policy": "i-1", "pieces": [{"batch": "$batch", "range": "71", "first": "71", "last": "77"}]}
        """
      Then it is refused with insurance.too_much, field "pieces", value "7", params {"claimed": "6"}
      When In sends insurance:Settle
        """
        {"policy": "i-1", "pieces": [{"batch": "$batch", "range": "71", "first": "71", "last": "74"}]}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "claimed", "claimed_kg": "2"},
         {"kind": "recalls.replaced", "retirement": "r-1", "holder": "$insurer", "source": "insurer", "quantity_kg": "4", "certificate": "recalled"}]
        """
      When In sends insurance:Settle
        """
        {"policy": "i-1", "pieces": [{"batch": "$batch", "range": "75", "first": "75", "last": "76"}]}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "in_force", "claimed_kg": "0"}, {"kind": "recalls.replaced", "quantity_kg": "2"}]
        """
      When Rui asks insurance:Get
        """
        {"policy": "i-1"}
        """
      Then the answer holds
        """
        {"status": "in_force", "settled": "6", "recall": ""}
        """

    Scenario: units that were cancelled are given back as units
      Given today is 2026-12-01
      And Rui and Ren have sent recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "1", "last": "10"}], "replace_by": "2027-05-31", "reason": "排放因子错误"}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}]}
        """
      When Ono sends insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "", "evidence": "$evidence"}
        """
      Then it is refused with recalls.nothing_due, field "holder", value "$owner", params {"recall": "c-1"}
      Given Rui has sent recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}]}
        """
      And Ono has sent insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "", "evidence": "$evidence"}
        """
      When In sends insurance:Settle
        """
        {"policy": "i-1", "pieces": [{"batch": "$batch", "range": "71", "first": "71", "last": "80"}]}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "in_force", "claimed_kg": "0"},
         {"kind": "recalls.compensated", "holder": "$owner", "source": "insurer", "quantity_kg": "10"},
         {"kind": "credits.transferred", "sender": "$insurer", "receiver": "$owner", "quantity_kg": "10", "transfer": "recall:c-1"}]
        """
      When Ono sends insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "", "evidence": "$evidence"}
        """
      Then it is refused with insurance.nothing_covered, field "policy", value "10", params {"missing": "0"}

    Scenario: a recall of a day that is not covered
      Given Rui and Ren have sent recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "35", "last": "50"}], "replace_by": "2027-05-31", "reason": "排放因子错误"}
        """
      When Ono sends insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "r-1", "evidence": "$evidence"}
        """
      Then it is refused with insurance.not_covered, field "recall", value "2026-11-21", params {"first_day": "2026-11-22", "last_day": "2027-11-21"}

    Scenario: serials that the policy does not name
      Given today is 2026-12-01
      And Rui and Ren have sent recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "41", "last": "50"}], "replace_by": "2027-05-31", "reason": "排放因子错误"}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "41", "last": "50"}]}
        """
      When Ono sends insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "r-1", "evidence": "$evidence"}
        """
      Then it is refused with insurance.nothing_covered, field "policy", value "0", params {"missing": "10"}

    Scenario: rejected, and settled by nobody else
      Given today is 2026-12-01
      And Rui and Ren have sent recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "35", "last": "50"}], "replace_by": "2027-05-31", "reason": "排放因子错误"}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "35", "last": "50"}]}
        """
      And Ono has sent insurance:Claim
        """
        {"policy": "i-1", "recall": "c-1", "retirement": "r-1", "evidence": "$evidence"}
        """
      When Ono sends insurance:Settle
        """
        {"policy": "i-1", "pieces": [{"batch": "$batch", "range": "61", "first": "61", "last": "62"}]}
        """
      Then it is refused with insurance.party, field "policy", value "$owner", params {"allowed": "$insurer"}
      When In sends insurance:RejectClaim
        """
        {"policy": "i-1", "document": "$grounds"}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "in_force", "claimed_kg": "0", "document": "$grounds"}]
        """
      When In sends insurance:Settle
        """
        {"policy": "i-1", "pieces": [{"batch": "$batch", "range": "71", "first": "71", "last": "72"}]}
        """
      Then it is refused with states.required, field "policy", value "in_force", params {"allowed": "claimed"}

  Rule: insurance:End ends it, by the insured at any time and by the insurer when it is over
    Background:
      Given Ono has sent insurance:Accept
        """
        {"policy": "i-1"}
        """

    Scenario: too early for the insurer
      Given today is 2027-11-21
      When In sends insurance:End
        """
        {"policy": "i-1"}
        """
      Then it is refused with insurance.running, field "policy", value "2027-11-21", params {"until": "2027-11-21"}

    Scenario: over, and early by the insured
      When Ono sends insurance:End
        """
        {"policy": "i-1"}
        """
      Then the effects hold
        """
        [{"kind": "insurance.changed", "status": "ended"}]
        """
