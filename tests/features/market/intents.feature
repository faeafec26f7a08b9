Feature: market:OfferIntent, SignIntent, WithdrawIntent, LapseIntent, DeliverIntent
  A forward intent is for units that are not verified yet (Zhoushan's blue carbon). It is no unit: it has no
  batch and no serials, so nothing transfers or retires it. Settled trades of issued units deliver on it.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "exchange" with roles "exchange", for whom "Ex" acts
    And Hu has sent market:OfferIntent
      """
      {"intent": "blue-1", "seller": "$owner", "subject": "贝类养殖蓝碳", "methodology": "restored", "quantity": "50", "price": 4000, "until": "2027-06-30", "document": "$letter"}
      """

  Rule: signed by the seller that it names
    Scenario: another document, another party, then signed
      When Ono sends market:SignIntent
        """
        {"intent": "blue-1", "document": "$other"}
        """
      Then it is refused with market.terms_differ, field "document", value "$other", params {"expected": "$letter"}
      When Ono sends market:SignIntent
        """
        {"intent": "blue-1", "document": "$letter"}
        """
      Then the effects hold
        """
        [{"kind": "market.intent_changed", "status": "signed", "quantity_kg": "50", "delivered_kg": "0"}]
        """
      When Hu sends market:WithdrawIntent
        """
        {"intent": "blue-1"}
        """
      Then it is refused with states.not_allowed, field "intent", value "signed", params {"to": "withdrawn", "allowed": "fulfilled, lapsed"}

    Scenario: withdrawn by its buyer before that
      When Bo sends market:WithdrawIntent
        """
        {"intent": "blue-1"}
        """
      Then it is refused with market.party, field "intent", value "$broker", params {"allowed": "$holder"}
      When Hu sends market:WithdrawIntent
        """
        {"intent": "blue-1"}
        """
      Then it is done

  Rule: an intent is neither transferable nor retirable
    Scenario: as if it were a batch
      When Hu sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "blue-1", "range": "1", "first": "1", "last": "1"}],
         "beneficiary": {"organisation": "$holder", "person": ""}, "purpose": "voluntary", "reason": "r"}
        """
      Then it is refused with credits.range_absent, field "range", value "1", params {"batch": "blue-1"}
      When Hu sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$broker", "pieces": [{"batch": "blue-1", "range": "1", "first": "1", "last": "1"}]}
        """
      Then it is refused with credits.range_absent, field "range", value "1", params {"batch": "blue-1"}

  Rule: settled trades deliver on it
    Background:
      Given Ono has sent market:SignIntent
        """
        {"intent": "blue-1", "document": "$letter"}
        """
      And Ono has sent market:ProposeTrade
        """
        {"trade": "t-1", "buyer": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "50"}], "amount": "200", "pay_by": "2026-11-30"}
        """

    Scenario: not before it is settled, then fulfilled, and the trade counts once
      When Ono sends market:DeliverIntent
        """
        {"intent": "blue-1", "trade": "t-1"}
        """
      Then it is refused with market.not_delivery, field "trade", value "t-1"
      Given Hu has sent market:AgreeTrade
        """
        {"trade": "t-1"}
        """
      And Ex has sent market:SettleTrade
        """
        {"trade": "t-1", "payment": "BANK-1", "amount": "200", "document": "$slip"}
        """
      When Ono sends market:DeliverIntent
        """
        {"intent": "blue-1", "trade": "t-1"}
        """
      Then the effects hold
        """
        [{"status": "fulfilled", "delivered_kg": "50"}]
        """

    Scenario: lapsed after its last day
      When Hu sends market:LapseIntent
        """
        {"intent": "blue-1"}
        """
      Then it is refused with market.not_due, field "intent", value "2026-11-21", params {"until": "2027-06-30"}
      When today is 2027-07-01
      And Hu sends market:LapseIntent
        """
        {"intent": "blue-1"}
        """
      Then the effects hold
        """
        [{"status": "lapsed"}]
        """
