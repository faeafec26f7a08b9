Feature: accounting data (财会〔2019〕22号)
  What an organisation's credits began a period with, what increased them (issued, bought, otherwise), what
  decreased them (used for compliance, retired by will, sold, otherwise), and what they ended with: kilograms and
  fen. A purchase costs its price, what came without one costs nothing; what leaves is costed at the month's
  weighted average. Every change of a range is booked in the transaction that makes it, under its own key.

  Background:
    Given the people of a project
    And organisation "exchange" with roles "exchange", for whom "Jiao" acts
    And today is 2026-10-10
    And a batch of 100 kg held by its owner
    And Ono has sent market:ProposeTrade
      """
      {"trade": "t-1", "buyer": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}], "amount": "1000", "pay_by": "2026-12-31"}
      """
    And Hu has sent market:AgreeTrade
      """
      {"trade": "t-1"}
      """
    And Jiao has sent market:SettleTrade
      """
      {"trade": "t-1", "payment": "p-1", "amount": "1000", "document": "$receipt"}
      """

  Rule: accounting:Statement gives a period by quantity and amount
    Scenario: bought, then retired by will and used for a quota, at the month's average
      Given today is 2026-11-05
      And Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Hu has sent credits:Accept
        """
        {"offer": "o-1"}
        """
      And Hu has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "7"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      And Hu has sent retirements:Retire
        """
        {"retirement": "r-2", "pieces": [{"batch": "$batch", "range": "8", "first": "8", "last": "10"}], "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "quota_offset", "reference": "quota-2026", "reason": "履约"}
        """
      When Hu asks accounting:Statement
        """
        {"organisation": "$holder", "first": "2026-11", "last": "2026-11"}
        """
      Then the answer holds
        """
        {"organisation": "$holder", "first": "2026-11", "last": "2026-11",
         "opening": {"quantity": "30", "cost": "1000"},
         "increases": [{"entry": "opening", "quantity": "0", "cost": "0", "amount": "0"}, {"entry": "issued", "quantity": "0"}, {"entry": "purchased", "quantity": "0"}, {"entry": "received", "quantity": "10", "cost": "0"}, {"entry": "imported", "quantity": "0"}],
         "decreases": [{"entry": "used", "quantity": "3", "cost": "75"}, {"entry": "retired", "quantity": "7", "cost": "175"}, {"entry": "sold", "quantity": "0"}, {"entry": "delivered", "quantity": "0"}, {"entry": "cancelled", "quantity": "0"}, {"entry": "exported", "quantity": "0"}],
         "closing": {"quantity": "30", "cost": "750"}}
        """
      When Hu asks accounting:Statement
        """
        {"organisation": "$holder", "first": "2026-01", "last": "2026-12"}
        """
      Then the answer holds
        """
        {"opening": {"quantity": "0", "cost": "0"}, "increases": [{"entry": "opening"}, {"entry": "issued"}, {"entry": "purchased", "quantity": "30", "cost": "1000", "amount": "1000"}, {"entry": "received", "quantity": "10"}, {"entry": "imported"}], "closing": {"quantity": "30", "cost": "750"}}
        """

    Scenario: the seller's proceeds stand beside a cost of nothing
      When Ono asks accounting:Statement
        """
        {"organisation": "$owner", "first": "2026-10", "last": "2026-10"}
        """
      Then the answer holds
        """
        {"opening": {"quantity": "0", "cost": "0"}, "increases": [{"entry": "opening"}, {"entry": "issued", "quantity": "100", "cost": "0"}, {"entry": "purchased"}, {"entry": "received"}, {"entry": "imported"}],
         "decreases": [{"entry": "used"}, {"entry": "retired"}, {"entry": "sold", "quantity": "30", "cost": "0", "amount": "1000"}, {"entry": "delivered"}, {"entry": "cancelled"}, {"entry": "exported"}], "closing": {"quantity": "70", "cost": "0"}}
        """

    Scenario: what was taken on receipt came and went in one transaction
      Given Ono has sent credits:Offer
        """
        {"offer": "o-1", "receiver": "$broker", "retire_on_receipt": true, "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      And Bo has sent credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$broker", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      When Bo asks accounting:Movements
        """
        {"organisation": "$broker"}
        """
      Then the answer holds
        """
        {"items": [{"entry": "received", "quantity": "10", "amount": "0", "day": "2026-10-10"}, {"entry": "retired", "quantity": "10", "amount": "0"}]}
        """

    Scenario: a period backwards
      When Ono asks accounting:Statement
        """
        {"organisation": "$owner", "first": "2026-10", "last": "2026-09"}
        """
      Then it is refused with accounting.period, field "last", value "2026-09", params {"first": "2026-10"}

  Rule: accounting:CarryForward sums a month that is over, and changes no statement
    Scenario: carried forward
      Given today is 2026-11-02
      When Hu sends accounting:CarryForward
        """
        {"month": "2026-10"}
        """
      Then the effects hold
        """
        [{"kind": "accounting.month_carried_forward", "organisation": "$holder", "month": "2026-10", "movements": "1"}]
        """
      When Hu asks accounting:Movements
        """
        {"organisation": "$holder"}
        """
      Then the answer holds
        """
        {"items": []}
        """
      When Hu asks accounting:Months
        """
        {"organisation": "$holder"}
        """
      Then the answer holds
        """
        {"items": [{"month": "2026-10", "movements": 1, "entries": [{"entry": "purchased", "quantity": "30", "amount": "1000"}]}]}
        """
      When Hu asks accounting:Statement
        """
        {"organisation": "$holder", "first": "2026-10", "last": "2026-11"}
        """
      Then the answer holds
        """
        {"closing": {"quantity": "30", "cost": "1000"}}
        """
      When Hu sends accounting:CarryForward
        """
        {"month": "2026-10"}
        """
      Then it is refused with accounting.carried, field "month", value "2026-10"

    Scenario: not before the second day after it
      Given today is 2026-11-01
      When Hu sends accounting:CarryForward
        """
        {"month": "2026-10"}
        """
      Then it is refused with accounting.open_month, field "month", value "2026-10", params {"first": "2026-11-02"}

    Scenario: nothing of it
      When Hu sends accounting:CarryForward
        """
        {"month": "2026-08"}
        """
      Then it is refused with accounting.nothing, field "month", value "2026-08"
