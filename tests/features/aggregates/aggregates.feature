Feature: aggregates: people assign their reductions, and no gram backs two batches (aggregates:WithdrawConsent too)
  A credited gram is extinguished, which is the default. Where its holder consents, it goes to the platform's aggregate:
  a project whose periods are sums of assigned records, verified, approved and issued like any other. An activity batch
  backs one period, once; what of it is not assigned then is extinguished for good. Points are the same either way.

  Background:
    Given the people of an aggregate
    And accounts A, B and C, of which A and B consent on 2026-11-21
    And batch "b-1" credits 40000 g to A, 30000 g to B and 20000 g to C on 2026-11-22

  Rule: consent is recorded for accounts, with the hash of what was agreed
    Scenario: given, and given again
      When Ouyang records the consent of C
      Then the effects hold
        """
        [{"kind": "aggregates.consents_changed", "programme": "tianfu", "step": "given", "day": "2026-11-22", "count": "1"}]
        """
      When Ouyang records the consent of C
      Then it is refused with aggregates.consented, field "accounts", value "$C"

    Scenario: withdrawn, which needs one in force
      When Ouyang records the withdrawal of A
      Then the effects hold
        """
        [{"step": "withdrawn", "count": "1"}]
        """
      When Ouyang records the withdrawal of C
      Then it is refused with aggregates.not_consented, field "accounts", value "$C"
      When Hu asks aggregates:ConsentOf
        """
        {"programme": "tianfu", "account": "$A"}
        """
      Then it is refused with contract.record_absent

    Scenario: an account that nobody opened
      When Ouyang records the consent of nobody
      Then it is refused with contract.record_absent

    Scenario: one account twice, or half an account
      When Ouyang records the consent of C and C
      Then it is refused with aggregates.account_twice, field "accounts", value "$C"
      When Ouyang sends aggregates:Consent
        """
        {"programme": "tianfu", "accounts": "AAAA", "evidence": "$text"}
        """
      Then it is refused with aggregates.accounts_width, field "accounts", value "3", params {"width": "16", "limit": "5000"}

  Rule: an operator's drafted project becomes the aggregate of its programme
    Scenario: once
      When Ouyang sends aggregates:Open
        """
        {"project": "commons", "programme": "tianfu"}
        """
      Then it is refused with states.required, field "project", value "registered", params {"allowed": "draft"}

    Scenario: a project that is none
      Given Ouyang has drafted project "other"
      When Ouyang sends aggregates:Assign
        """
        {"project": "other", "number": 1, "programme": "tianfu", "batch": "b-1"}
        """
      Then it is refused with aggregates.not_aggregate, field "project", value "other"

    Scenario: opened twice
      Given Ouyang has drafted project "other"
      And Ouyang has sent aggregates:Open
        """
        {"project": "other", "programme": "tianfu"}
        """
      When Ouyang sends aggregates:Open
        """
        {"project": "other", "programme": "tianfu"}
        """
      Then it is refused with aggregates.exists, field "project", value "other"

  Rule: a batch's records of consenting accounts are assigned once
    Scenario: those who consent, and nobody else
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 1, "programme": "tianfu", "batch": "b-1"}
        """
      Then the effects hold
        """
        [{"kind": "aggregates.assigned", "project": "commons", "period": "0001", "batch": "b-1", "count": "2", "reduction_g": "70000"}]
        """

    Scenario: a batch backs one period
      Given "b-1" is assigned to period 1
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 1, "programme": "tianfu", "batch": "b-1"}
        """
      Then it is refused with aggregates.backed, field "batch", value "b-1", params {"project": "commons", "period": "1"}

    Scenario: what happened before the consent is extinguished
      Given Ouyang has recorded the consent of C
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 1, "programme": "tianfu", "batch": "b-0"}
        """
      Then it is refused with aggregates.nothing_to_assign, field "batch", value "b-0"

    Scenario: who withdrew before it was assigned is left out
      Given Ouyang has recorded the withdrawal of A
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 1, "programme": "tianfu", "batch": "b-1"}
        """
      Then the effects hold
        """
        [{"count": "1", "reduction_g": "30000"}]
        """

    Scenario: the next period, and no other
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 2, "programme": "tianfu", "batch": "b-1"}
        """
      Then it is refused with aggregates.period_number, field "number", value "2", params {"expected": "1"}

    Scenario: a submitted period takes nothing more
      Given period 1 of 70000 g is submitted, with "b-1" assigned to it
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 1, "programme": "tianfu", "batch": "b-0"}
        """
      Then it is refused with aggregates.period_closed, field "number", value "1", params {"status": "submitted"}

    Scenario: another programme's aggregate
      Given programme "rongcheng" of "operator" is in force
      When Ouyang sends aggregates:Assign
        """
        {"project": "commons", "number": 1, "programme": "rongcheng", "batch": "b-1"}
        """
      Then it is refused with aggregates.other_programme, field "project", value "commons", params {"programme": "tianfu"}

  Rule: a period is what is assigned to it, to the gram
    Scenario: submitted, verified, approved and issued like a project
      Given period 1 of 70000 g is submitted, with "b-1" assigned to it
      And period 1 is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "commons", "number": 1, "quantity": "70"}
        """
      Then it is done
      When Hu asks aggregates:BackedBy
        """
        {"project": "commons", "number": 1}
        """
      Then the answer holds
        """
        {"items": [{"programme": "tianfu", "batch": "b-1", "grams": "70000"}]}
        """

    Scenario: more than is assigned
      Given "b-1" is assigned to period 1
      When period 1 of 70001 g is submitted
      Then it is refused with aggregates.grams_differ, field "inputs", value "70001", params {"expected": "70000"}

    Scenario: a batch of another time
      Given "b-1" is assigned to period 1
      When period 1 of 70000 g is submitted until 2026-11-21
      Then it is refused with aggregates.outside_period, field "number", value "b-1", params {"day": "2026-11-22", "period": "1"}

  Rule: what is reversed leaves the sum, or shows what to recall
    Scenario: reversed before the period is issued
      Given period 1 of 70000 g is submitted, with "b-1" assigned to it
      And period 1 is approved
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [0], "reason": "wrong"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "activities.reversed"},
         {"kind": "aggregates.reduced", "project": "commons", "period": "0001", "reduction_g": "40000", "issued": "no"}]
        """
      When Rui and Ren send credits:Issue
        """
        {"project": "commons", "number": 1, "quantity": "70"}
        """
      Then it is refused with aggregates.grams_differ, field "inputs", value "70000", params {"expected": "30000"}

    Scenario: reversed afterwards
      Given period 1 of 70000 g is submitted, with "b-1" assigned to it
      And period 1 is approved
      And Rui and Ren have sent credits:Issue
        """
        {"project": "commons", "number": 1, "quantity": "70"}
        """
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [0], "reason": "wrong"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "activities.reversed"}, {"kind": "aggregates.reduced", "issued": "yes"}]
        """
      When Hu asks aggregates:Backing
        """
        {"programme": "tianfu", "batch": "b-1"}
        """
      Then the answer holds
        """
        {"grams": "70000", "reversed_after_g": "40000"}
        """

    Scenario: what is extinguished backs nothing
      Given "b-1" is assigned to period 1
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [2], "reason": "wrong"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "activities.reversed", "reduction_g": "20000"}]
        """
