Feature: rewards:Offer, Revise, Accept, Suspend, Withdraw, Share, AcceptShare, EndShare
  A merchant offers a reward under terms; the programme's operator puts it on sale. New terms are a new offer.
  A reward can stand in another programme's catalogue as well, at a price in that programme's points, out of
  one stock.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And "Ou" acts for "operator" too
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And organisation "park" with roles "merchant", for whom "Mu" acts
    And organisation "kiosk" with roles "merchant", for whom "Ki" acts
    And organisation "cars" with roles "data_source", for whom "Da" acts
    And programme "tianfu" of "operator" is in force
    And programme "jilin" of "rival" is in force
    And Ouyang has opened accounts A, B, C in "tianfu"
    And Ri has opened accounts J in "jilin"
    And today is 2026-11-21

  Rule: the funder offers, the operator accepts
    Scenario: on sale
      When Mu sends rewards:Offer
        """
        {"programme": "tianfu", "reward": "qingcheng", "title": "青城山门票", "kind": "ticket", "document": "$undertaking", "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then the effects hold
        """
        [{"kind": "rewards.changed", "reward": "qingcheng", "funder": "$park", "status": "offered", "price": "10", "units_per_year": "3"}]
        """
      When Ri sends rewards:Accept
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "agreed"}
        """
      Then it is refused with programmes.not_operator
      When Ouyang sends rewards:Accept
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "agreed"}
        """
      Then the effects hold
        """
        [{"kind": "rewards.changed", "status": "on_sale", "reason": "agreed"}]
        """

    Scenario: an id is used once
      Given reward "qingcheng" is on sale in "tianfu", 3 a year for 10 points
      When Ki sends rewards:Offer
        """
        {"programme": "tianfu", "reward": "qingcheng", "title": "门票", "kind": "ticket", "document": "$undertaking", "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then it is refused with rewards.exists, field "reward", value "qingcheng"

    Scenario: a suspended merchant
      Given Mu has sent rewards:Offer
        """
        {"programme": "tianfu", "reward": "qingcheng", "title": "门票", "kind": "ticket", "document": "$undertaking", "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"}}
        """
      And Rui has sent organisations:Suspend
        """
        {"organisation": "$park", "reason": "complaints"}
        """
      When Ouyang sends rewards:Accept
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "agreed"}
        """
      Then it is refused with rewards.funder, field "reward", value "$park"

  Rule: terms suit the kind
    Scenario: a coupon without a worth
      When Mu sends rewards:Offer
        """
        {"programme": "tianfu", "reward": "p", "title": "停车券", "kind": "coupon", "document": "$undertaking", "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then it is refused with rewards.benefit, field "terms.face_fen", value "0", params {"kind": "coupon"}

    Scenario: a discount without a rate
      When Mu sends rewards:Offer
        """
        {"programme": "tianfu", "reward": "p", "title": "九折", "kind": "discount", "document": "$undertaking", "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then it is refused with rewards.benefit, field "terms.discount_basis_points", value "0", params {"kind": "discount"}

    Scenario: a day in the past
      When Mu sends rewards:Offer
        """
        {"programme": "tianfu", "reward": "p", "title": "t", "kind": "ticket", "document": "$undertaking",
         "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2026-11-20"}}
        """
      Then it is refused with rewards.ended, field "reward", value "2026-11-21", params {"until": "2026-11-20"}

  Rule: new terms are a new offer, and stock is never lowered
    Background:
      Given reward "qingcheng" is on sale in "tianfu", 3 a year for 10 points

    Scenario: raised
      When Mu sends rewards:Revise
        """
        {"programme": "tianfu", "reward": "qingcheng", "document": "$more", "terms": {"price": 8, "units_per_year": 5, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then the effects hold
        """
        [{"status": "offered", "price": "8", "units_per_year": "5"}]
        """

    Scenario: lowered
      When Mu sends rewards:Revise
        """
        {"programme": "tianfu", "reward": "qingcheng", "document": "$less", "terms": {"price": 8, "units_per_year": 2, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then it is refused with rewards.stock_lowered, field "terms.units_per_year", value "2", params {"before": "3"}

    Scenario: another's reward
      When Ki sends rewards:Revise
        """
        {"programme": "tianfu", "reward": "qingcheng", "document": "$less", "terms": {"price": 10, "units_per_year": 3, "valid_days": 30, "until": "2027-12-31"}}
        """
      Then it is refused with rewards.party, field "reward", value "$kiosk", params {"allowed": "$park"}

  Rule: funder and operator take it off sale
    Background:
      Given reward "qingcheng" is on sale in "tianfu", 3 a year for 10 points

    Scenario: suspended, on sale again, withdrawn for good
      When Mu sends rewards:Suspend
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "snow"}
        """
      Then it is done
      When Ouyang sends rewards:Accept
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "thaw"}
        """
      Then it is done
      When Ouyang sends rewards:Withdraw
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "closed"}
        """
      Then it is done
      When Ouyang sends rewards:Accept
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "again"}
        """
      Then it is refused with states.not_allowed, field "reward", value "withdrawn", params {"to": "on_sale", "allowed": "-"}

    Scenario: neither funder nor operator
      When Ki sends rewards:Suspend
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "mine"}
        """
      Then it is refused with rewards.party, field "reward", value "$kiosk", params {"allowed": "$park,$operator"}

  Rule: a shared reward has one stock and a price in each programme
    Background:
      Given reward "qingcheng" is on sale in "tianfu", 3 a year for 10 points
      And J earned 50 points in "jilin" on 2026-11-20
      And A earned 50 points in "tianfu" on 2026-11-20

    Scenario: shared, taken from both, ended
      Given Ouyang has sent rewards:Share
        """
        {"catalogue": "tianfu", "reward": "qingcheng", "programme": "jilin", "price": 20}
        """
      When Ri sends rewards:AcceptShare
        """
        {"catalogue": "tianfu", "reward": "qingcheng", "programme": "jilin", "price": 19}
        """
      Then it is refused with rewards.share_price, field "price", value "19", params {"offered": "20"}
      When Ri sends rewards:AcceptShare
        """
        {"catalogue": "tianfu", "reward": "qingcheng", "programme": "jilin", "price": 20}
        """
      Then it is done
      When Ri sends rewards:Redeem
        """
        {"programme": "jilin", "account": "$J", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then the effects hold
        """
        [{"kind": "points.redeemed", "programme": "jilin", "lots": [{"points": "20"}]}, {"kind": "rewards.taken", "catalogue": "tianfu"}]
        """
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 1, "commitment": "$v2"}]}
        """
      Then it is refused with rewards.number_taken, field "number", value "1", params {"year": "2026"}
      When Ri sends rewards:EndShare
        """
        {"catalogue": "tianfu", "reward": "qingcheng", "programme": "jilin"}
        """
      Then it is done
      When Ri sends rewards:Redeem
        """
        {"programme": "jilin", "account": "$J", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 2, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.not_shared, field "reward", value "qingcheng", params {"programme": "jilin"}

    Scenario: with oneself
      When Ouyang sends rewards:Share
        """
        {"catalogue": "tianfu", "reward": "qingcheng", "programme": "tianfu", "price": 20}
        """
      Then it is refused with programmes.same_programme
