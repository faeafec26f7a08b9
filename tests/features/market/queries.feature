Feature: market:Intent, Trade, Price, PriceVersions and GradeOf show what stands
  Everything that the market keeps is read by any member of the channel.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "exchange" with roles "exchange", for whom "Jiao" acts

  Rule: each is read under its id
    Scenario: an intent and a trade
      Given Hu has sent market:OfferIntent
        """
        {"intent": "blue-1", "seller": "$owner", "subject": "贝类养殖蓝碳", "methodology": "restored", "quantity": "50", "price": 4000, "until": "2027-06-30", "document": "$letter"}
        """
      When Bo asks market:Intent
        """
        {"intent": "blue-1"}
        """
      Then the answer holds
        """
        {"id": "blue-1", "buyer": "$holder", "seller": "$owner", "quantity": "50", "price": 4000, "status": "offered", "delivered": "0"}
        """
      Given Ono has sent market:ProposeTrade
        """
        {"trade": "t-1", "buyer": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}], "amount": "400", "pay_by": "2026-12-31"}
        """
      When Bo asks market:Trade
        """
        {"trade": "t-1"}
        """
      Then the answer holds
        """
        {"seller": "$owner", "buyer": "$holder", "quantity": "10", "amount": "400", "status": "proposed", "payment": "", "spans": [{"batch": "$batch", "first": "1", "last": "10"}]}
        """
      When Bo asks market:Trade
        """
        {"trade": "t-2"}
        """
      Then it is refused with contract.record_absent, field "trade", value "t-2"

    Scenario: reference prices by version
      Given Jiao has sent market:ProposePrice
        """
        {"product": "tianfu", "version": 1, "price": 5000, "valid_from": "2026-12-01", "valid_until": "2026-12-31", "citations": [{"kind": "allowance", "price": 9000, "source": "全国碳市场", "day": "2026-11-20"}, {"kind": "ccer", "price": 8000, "source": "CCER", "day": "2026-11-20"}]}
        """
      When Bo asks market:PriceVersions
        """
        {"product": "tianfu"}
        """
      Then the answer holds
        """
        {"newest": 1, "approved": 0}
        """
      When Bo asks market:Price
        """
        {"product": "tianfu", "version": 1}
        """
      Then the answer holds
        """
        {"price": 5000, "status": "proposed", "exchange": "$exchange", "citations": [{"kind": "allowance", "price": 9000}, {"kind": "ccer", "price": 8000}]}
        """

    Scenario: a grade that nobody gave
      When Bo asks market:GradeOf
        """
        {"participant": "$holder", "standard": "credit-grade"}
        """
      Then it is refused with contract.record_absent, field "grade", value "credit-grade"
