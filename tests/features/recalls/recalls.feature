Feature: recall with replacement
  What was issued wrongly (a wrong factor, a reversed project, an error of issuance) is recalled. Two persons of
  the regulator announce which serials of a batch; then range by range is marked, in whatever hands and state.
  Active units stand still at once and are cancelled; retired ones stay retired, and their certificate says
  "recalled". Replacements come from the owner, the buffer, or who retired; they are retired under the same
  certificate, which then says "recalled and replaced". Every holder concerned has a notice.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And Ono has sent retirements:Retire
      """
      {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
      """
    And Ono has sent credits:Offer
      """
      {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "50"}]}
      """
    And Hu has sent credits:Accept
      """
      {"offer": "o-1"}
      """
    And Rui and Ren have sent recalls:Announce
      """
      {"recall": "c-1", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "21", "last": "40"}], "replace_by": "2027-05-31", "reason": "排放因子错误"}
      """

  Rule: recalls:Announce names serials of one batch, in order, with a day by which they are replaced
    Scenario: announced
      When Rui asks recalls:Get
        """
        {"recall": "c-1"}
        """
      Then the answer holds
        """
        {"batch": "$batch", "project": "grove", "ground": "factor", "quantity": "20", "marked": "0", "held": "0", "announced": "2026-11-21", "replace_by": "2027-05-31"}
        """
      When Rui asks recalls:List
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "c-1"}], "bookmark": ""}
        """

    Scenario: the batches of a wrong factor are found
      When Rui asks recalls:Affected
        """
        {"methodology": "restored", "version": 1}
        """
      Then the answer holds
        """
        {"items": [{"id": "$batch", "project": "grove"}], "bookmark": ""}
        """
      When Rui asks recalls:Affected
        """
        {"methodology": "restored", "version": 2}
        """
      Then the answer holds
        """
        {"items": []}
        """

    Scenario: a part outside the batch
      When Rui and Ren send recalls:Announce
        """
        {"recall": "c-2", "batch": "$batch", "ground": "reversal", "document": "$decision", "scope": [{"first": "90", "last": "101"}], "replace_by": "2027-05-31", "reason": "r"}
        """
      Then it is refused with recalls.scope, field "scope", value "90-101", params {"quantity": "100"}

    Scenario: parts that overlap
      When Rui and Ren send recalls:Announce
        """
        {"recall": "c-2", "batch": "$batch", "ground": "reversal", "document": "$decision", "scope": [{"first": "50", "last": "60"}, {"first": "60", "last": "70"}], "replace_by": "2027-05-31", "reason": "r"}
        """
      Then it is refused with recalls.scope, field "scope", value "60-70", params {"quantity": "100"}

    Scenario: a deadline that is over
      When Rui and Ren send recalls:Announce
        """
        {"recall": "c-2", "batch": "$batch", "ground": "reversal", "document": "$decision", "scope": [{"first": "50", "last": "60"}], "replace_by": "2026-11-21", "reason": "r"}
        """
      Then it is refused with recalls.deadline, field "replace_by", value "2026-11-21", params {"today": "2026-11-21"}

    Scenario: an id is used once
      When Rui and Ren send recalls:Announce
        """
        {"recall": "c-1", "batch": "$batch", "ground": "reversal", "document": "$decision", "scope": [{"first": "50", "last": "60"}], "replace_by": "2027-05-31", "reason": "r"}
        """
      Then it is refused with recalls.exists, field "recall", value "c-1"

  Rule: recalls:Mark finds every range, and is the notice to each holder
    Scenario: retired and active ones
      When Rui sends recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "21", "last": "30"}, {"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.marked", "recall": "c-1", "holder": "$owner", "state": "retired", "retirement": "r-1", "quantity_kg": "10", "replace_by": "2027-05-31"},
         {"kind": "recalls.marked", "recall": "c-1", "holder": "$holder", "state": "active", "quantity_kg": "10", "replace_by": "2027-05-31"}]
        """
      When Rui asks recalls:Get
        """
        {"recall": "c-1"}
        """
      Then the answer holds
        """
        {"marked": "20", "held": "10"}
        """
      When Hu sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}], "reason": "r"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:31-40", params {"hold": "recall", "reference": "c-1"}
      When Ono asks recalls:Notices
        """
        {"holder": "$owner"}
        """
      Then the answer holds
        """
        {"items": [{"recall": "c-1", "retirement": "r-1", "recalled": "10", "replaced": "0", "acknowledged": null}]}
        """

    Scenario: outside the scope
      When Rui sends recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "20", "last": "30"}]}
        """
      Then it is refused with recalls.out_of_scope, field "range", value "510100-forests-restored-grove-2026-001:20-30", params {"recall": "c-1"}

    Scenario: twice
      Given Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "21", "last": "30"}]}
        """
      When Rui sends recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "21", "first": "25", "last": "26"}]}
        """
      Then it is refused with recalls.recalled_already, field "range", value "510100-forests-restored-grove-2026-001:25-26", params {"recall": "c-1"}

    Scenario: an offer does not hide units, and ends by its own way
      Given Hu has sent credits:Offer
        """
        {"offer": "o-2", "receiver": "$broker", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      When Bo sends credits:Accept
        """
        {"offer": "o-2"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:31-40", params {"hold": "recall", "reference": "c-1"}
      When Rui sends recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:31-40", params {"hold": "offer", "reference": "o-2"}
      Given Hu has sent credits:Withdraw
        """
        {"offer": "o-2"}
        """
      When Rui sends recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is done

    Scenario: a trust ends on recalled units too, and the recall's hold goes along
      Given organisation "trustee" with roles "holder", for whom "Tu" acts
      And Hu has sent trusts:Settle
        """
        {"trust": "t-1", "trustee": "$trustee", "beneficiary": "$broker", "deed": "$deed", "until": "2026-12-31", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Tu has sent trusts:Accept
        """
        {"trust": "t-1"}
        """
      And Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Tu has sent trusts:Distribute
        """
        {"trust": "t-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      When Rui sends recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then the effects hold
        """
        [{"kind": "credits.cancelled", "holder": "$broker", "quantity_kg": "10", "reason": "recall c-1"}]
        """

  Rule: recalls:Cancel takes recalled active units out of use, and notes what their holder is owed
    Scenario: cancelled
      Given Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      When Rui sends recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then the effects hold
        """
        [{"kind": "credits.cancelled", "holder": "$holder", "quantity_kg": "10", "reason": "recall c-1"}]
        """
      When Hu asks recalls:Notices
        """
        {"holder": "$holder"}
        """
      Then the answer holds
        """
        {"items": [{"recall": "c-1", "retirement": "", "recalled": "10", "replaced": "0"}]}
        """

    Scenario: what is not marked
      When Rui sends recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "60"}]}
        """
      Then it is refused with credits.hold_absent, field "range", value "510100-forests-restored-grove-2026-001:51-60", params {"hold": "recall", "reference": "c-1"}

  Rule: recalls:Replace retires other units under the same certificate
    Background:
      Given Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "21", "last": "30"}]}
        """

    Scenario: the certificate says recalled, and then recalled and replaced
      When Rui asks retirements:Standing
        """
        {"retirement": "r-1"}
        """
      Then the answer holds
        """
        {"says": "recalled", "quantity": "30", "recalled": "10", "replaced": "0", "recalls": ["c-1"], "replacement": []}
        """
      When Ono sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "56"}]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.replaced", "recall": "c-1", "retirement": "r-1", "holder": "$owner", "source": "owner", "quantity_kg": "6", "certificate": "recalled"}]
        """
      When Ono sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "57", "first": "57", "last": "60"}]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.replaced", "quantity_kg": "4", "certificate": "recalled_and_replaced"}]
        """
      When Rui asks retirements:Standing
        """
        {"retirement": "r-1"}
        """
      Then the answer holds
        """
        {"says": "recalled_and_replaced", "recalled": "10", "replaced": "10", "replacement": [{"first": "51", "last": "56"}, {"first": "57", "last": "60"}]}
        """
      When Rui asks credits:Range
        """
        {"batch": "$batch", "range": "51"}
        """
      Then the answer holds
        """
        {"state": "retired", "retirement": "r-1", "holder": "$owner", "recall": ""}
        """

    Scenario: a certificate that no recall touched
      Given Ono has sent retirements:Retire
        """
        {"retirement": "r-2", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "55"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      When Rui asks retirements:Standing
        """
        {"retirement": "r-2"}
        """
      Then the answer holds
        """
        {"says": "valid", "quantity": "5", "recalled": "0", "replaced": "0", "recalls": []}
        """
      When Ono sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-2", "pieces": [{"batch": "$batch", "range": "56", "first": "56", "last": "60"}]}
        """
      Then it is refused with recalls.nothing_due, field "retirement", value "r-2", params {"recall": "c-1"}

    Scenario: more than was recalled
      When Ono sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "61"}]}
        """
      Then it is refused with recalls.too_much, field "pieces", value "11", params {"missing": "10"}

    Scenario: units of the same recall replace nothing
      When Hu sends credits:Offer
        """
        {"offer": "o-3", "receiver": "$owner", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Ono sends credits:Accept
        """
        {"offer": "o-3"}
        """
      And Ono sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      Then it is refused with recalls.same_units, field "pieces", value "510100-forests-restored-grove-2026-001:31-40"

    Scenario: somebody whom it does not concern
      When Hu sends recalls:Replace
        """
        {"recall": "c-1", "retirement": "r-1", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      Then it is refused with recalls.replacer, field "recall", value "$holder", params {"allowed": "$owner"}

  Rule: recalls:Compensate gives a holder other units for those that were cancelled
    Background:
      Given Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Rui has sent recalls:Cancel
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """

    Scenario: made good by the owner
      When Ono sends recalls:Compensate
        """
        {"recall": "c-1", "holder": "$holder", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "60"}]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.compensated", "recall": "c-1", "holder": "$holder", "source": "owner", "quantity_kg": "10"},
         {"kind": "credits.transferred", "sender": "$owner", "receiver": "$holder", "quantity_kg": "10", "transfer": "recall:c-1"}]
        """
      When Ono sends recalls:Compensate
        """
        {"recall": "c-1", "holder": "$holder", "pieces": [{"batch": "$batch", "range": "61", "first": "61", "last": "61"}]}
        """
      Then it is refused with recalls.too_much, field "pieces", value "1", params {"missing": "0"}

    Scenario: a holder that lost nothing
      When Ono sends recalls:Compensate
        """
        {"recall": "c-1", "holder": "$broker", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "60"}]}
        """
      Then it is refused with recalls.nothing_due, field "holder", value "$broker", params {"recall": "c-1"}

    Scenario: not to oneself
      When Ono sends recalls:Compensate
        """
        {"recall": "c-1", "holder": "$owner", "pieces": [{"batch": "$batch", "range": "51", "first": "51", "last": "60"}]}
        """
      Then it is refused with credits.same_holder, field "holder", value "$owner"

  Rule: recalls:Acknowledge says that the notice was seen
    Scenario: once
      Given Rui has sent recalls:Mark
        """
        {"recall": "c-1", "pieces": [{"batch": "$batch", "range": "1", "first": "21", "last": "30"}]}
        """
      When Ono sends recalls:Acknowledge
        """
        {"recall": "c-1", "retirement": "r-1"}
        """
      Then the effects hold
        """
        [{"kind": "recalls.acknowledged", "recall": "c-1", "holder": "$owner", "retirement": "r-1"}]
        """
      When Ono sends recalls:Acknowledge
        """
        {"recall": "c-1", "retirement": "r-1"}
        """
      Then it is refused with recalls.acknowledged, field "recall", value "2026-11-21"

    Scenario: no notice
      When Hu sends recalls:Acknowledge
        """
        {"recall": "c-1"}
        """
      Then it is refused with recalls.nothing_due, field "holder", value "$holder", params {"recall": "c-1"}
