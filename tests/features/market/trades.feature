Feature: market:List, Unlist, ProposeTrade, AgreeTrade, RejectTrade, WithdrawTrade, DefaultTrade, SettleTrade
  A seller lists units at a price, or proposes a trade to one buyer. The units of a trade are held from its
  proposal to its end. The exchange delivers them against a payment that pays one trade.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "exchange" with roles "exchange", for whom "Ex" acts
    And Ono has sent market:List
      """
      {"listing": "grove-2026", "batch": "$batch", "quantity": "50", "price": 4000, "until": "2026-12-31"}
      """
    And Ono has sent market:ProposeTrade
      """
      {"trade": "t-1", "buyer": "$broker", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}], "amount": "160", "pay_by": "2026-11-30", "listing": "grove-2026"}
      """

  Rule: delivery against payment
    Scenario: settled, and in the broker's inventory
      Given Bo has sent market:AgreeTrade
        """
        {"trade": "t-1"}
        """
      When Ex sends market:SettleTrade
        """
        {"trade": "t-1", "payment": "BANK-77", "amount": "159", "document": "$slip"}
        """
      Then it is refused with market.terms_differ, field "amount", value "159", params {"expected": "160"}
      When Ex sends market:SettleTrade
        """
        {"trade": "t-1", "payment": "BANK-77", "amount": "160", "document": "$slip"}
        """
      Then the effects hold
        """
        [{"kind": "market.trade_changed", "status": "settled", "payment": "BANK-77", "quantity_kg": "40"},
         {"kind": "credits.transferred", "sender": "$owner", "receiver": "$broker", "quantity_kg": "40", "transfer": "t-1"}]
        """
      When Rui asks market:Inventory
        """
        {"holder": "$broker"}
        """
      Then the answer holds
        """
        {"free_kg": 40, "held_kg": 0, "bookmark": ""}
        """

    Scenario: a payment pays one trade
      Given Bo has sent market:AgreeTrade
        """
        {"trade": "t-1"}
        """
      And Ex has sent market:SettleTrade
        """
        {"trade": "t-1", "payment": "BANK-77", "amount": "160", "document": "$slip"}
        """
      And Ono has sent market:ProposeTrade
        """
        {"trade": "t-2", "buyer": "$broker", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}], "amount": "5", "pay_by": "2026-11-30"}
        """
      And Bo has sent market:AgreeTrade
        """
        {"trade": "t-2"}
        """
      When Ex sends market:SettleTrade
        """
        {"trade": "t-2", "payment": "BANK-77", "amount": "5", "document": "$slip"}
        """
      Then it is refused with market.payment_used, field "payment", value "BANK-77", params {"trade": "t-1"}

    Scenario: a trade that its buyer has not agreed to
      When Ex sends market:SettleTrade
        """
        {"trade": "t-1", "payment": "BANK-77", "amount": "160", "document": "$slip"}
        """
      Then it is refused with states.not_allowed, field "trade", value "proposed", params {"to": "settled", "allowed": "agreed, withdrawn, rejected"}

  Rule: units of a trade are held, and free when it ends
    Scenario: neither retired nor offered meanwhile
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:1-10", params {"hold": "offer", "reference": "trade:t-1"}

    Scenario: rejected, and back in the listing
      When Hu sends market:RejectTrade
        """
        {"trade": "t-1"}
        """
      Then it is refused with market.party, field "trade", value "$holder", params {"allowed": "$broker"}
      When Bo sends market:RejectTrade
        """
        {"trade": "t-1"}
        """
      Then it is done
      When Rui asks market:Listings
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "grove-2026", "available": "50"}]}
        """

    Scenario: withdrawn by the seller while it is proposed, not after
      Given Bo has sent market:AgreeTrade
        """
        {"trade": "t-1"}
        """
      When Ono sends market:WithdrawTrade
        """
        {"trade": "t-1"}
        """
      Then it is refused with states.not_allowed, field "trade", value "agreed", params {"to": "withdrawn", "allowed": "settled, defaulted"}
      When Ono sends market:DefaultTrade
        """
        {"trade": "t-1"}
        """
      Then it is refused with market.not_due, field "pay_by", value "2026-11-21", params {"until": "2026-11-30"}
      When today is 2026-12-01
      And Ono sends market:DefaultTrade
        """
        {"trade": "t-1"}
        """
      Then the effects hold
        """
        [{"status": "defaulted"}]
        """

  Rule: a trade on a listing keeps its price and quantity
    Scenario: more than is left
      When Ono sends market:ProposeTrade
        """
        {"trade": "t-2", "buyer": "$broker", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "60"}], "amount": "80", "pay_by": "2026-11-30", "listing": "grove-2026"}
        """
      Then it is refused with market.oversold, field "pieces", value "20", params {"available": "10"}

    Scenario: another price
      When Ono sends market:ProposeTrade
        """
        {"trade": "t-2", "buyer": "$broker", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}], "amount": "39", "pay_by": "2026-11-30", "listing": "grove-2026"}
        """
      Then it is refused with market.terms_differ, field "amount", value "39", params {"expected": "40"}

    Scenario: after the listing ended
      Given Ono has sent market:Unlist
        """
        {"listing": "grove-2026"}
        """
      When Ono sends market:ProposeTrade
        """
        {"trade": "t-2", "buyer": "$broker", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}], "amount": "40", "pay_by": "2026-11-30", "listing": "grove-2026"}
        """
      Then it is refused with states.required, field "listing", value "closed", params {"allowed": "open"}

    Scenario: an id is used once, and nobody trades with itself
      When Ono sends market:ProposeTrade
        """
        {"trade": "t-1", "buyer": "$broker", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}], "amount": "160", "pay_by": "2026-11-30"}
        """
      Then it is refused with market.exists, field "trade", value "t-1"
      When Ono sends market:ProposeTrade
        """
        {"trade": "t-3", "buyer": "$owner", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}], "amount": "160", "pay_by": "2026-11-30"}
        """
      Then it is refused with market.same_party, field "buyer", value "$owner"
