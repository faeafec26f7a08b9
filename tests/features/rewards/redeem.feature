Feature: rewards:Redeem, Donate, Attest
  Points are burnt and stock is taken in one transaction. A year's stock is numbered from 1; who takes a unit
  names its number, so that no two redemptions write one key and no unit is sold twice.

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
    And reward "qingcheng" is on sale in "tianfu", 3 a year for 10 points
    And A earned 50 points in "tianfu" on 2026-11-20

  Rule: points and stock, both or neither
    Scenario: two units
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng",
         "vouchers": [{"number": 1, "commitment": "$v1"}, {"number": 3, "commitment": "$v3"}]}
        """
      Then the effects hold
        """
        [{"kind": "points.redeemed", "account": "$A", "reward": "qingcheng", "units": "2", "lots": [{"points": "10"}, {"points": "10"}]},
         {"kind": "rewards.taken", "year": "2026", "until": "2026-12-21", "units": [{"number": "1", "commitment": "$v1"}, {"number": "3"}]}]
        """
      And A holds 30 points in 1 lot in "tianfu"
      When Rui asks rewards:StockUse
        """
        {"programme": "tianfu", "reward": "qingcheng", "year": 2026}
        """
      Then the answer holds
        """
        {"units_per_year": 3, "taken": 2, "opened": 0, "refunded": 0, "donated": 0, "bookmark": ""}
        """

    Scenario: beyond the year's stock
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 4, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.out_of_stock, field "number", value "4", params {"year": "2026", "units": "3"}
      And A holds 50 points in 1 lot in "tianfu"

    Scenario: a new year has new stock
      Given Ouyang has sent rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      And B earned 50 points in "tianfu" on 2027-01-02
      And today is 2027-01-03
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$B", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is done

    Scenario: one number twice in an order
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng",
         "vouchers": [{"number": 1, "commitment": "$v1"}, {"number": 1, "commitment": "$v2"}]}
        """
      Then it is refused with rewards.number_taken, field "number", value "1", params {"year": "2026"}

    Scenario: not enough points
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$B", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is refused with points.insufficient, field "points", value "10", params {"available": "0"}

    Scenario: not on sale
      Given Mu has sent rewards:Suspend
        """
        {"programme": "tianfu", "reward": "qingcheng", "reason": "snow"}
        """
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is refused with states.required, field "reward", value "suspended", params {"allowed": "on_sale"}

    Scenario: points:Redeem does not go round the stock
      When Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "1", "reward": "qingcheng", "units": 1}
        """
      Then it is refused with rewards.stock_needed, field "reward", value "qingcheng"

  Rule: conditions are attested, by the attester that the terms name
    Background:
      Given parking vouchers "parking" for cars attested as "nev" by "cars" are on sale

    Scenario: a new-energy vehicle
      Given Da has sent rewards:Attest
        """
        {"programme": "tianfu", "account": "$A", "attribute": "nev", "until": "2027-06-30"}
        """
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "parking",
         "vouchers": [{"number": 1, "commitment": "$v1"}, {"number": 2, "commitment": "$v2"}]}
        """
      Then it is done
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "parking", "vouchers": [{"number": 3, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.account_limit, field "account", value "3", params {"limit": "2"}

    Scenario: attested by somebody else
      Given Ouyang has sent rewards:Attest
        """
        {"programme": "tianfu", "account": "$A", "attribute": "nev", "until": "2027-06-30"}
        """
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "parking", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.not_eligible, field "account", value "nev", params {"attester": "$cars"}

    Scenario: an attestation that has run out
      Given Da has sent rewards:Attest
        """
        {"programme": "tianfu", "account": "$A", "attribute": "nev", "until": "2026-11-20"}
        """
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "parking", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.not_eligible

    Scenario: a unit's account
      Given Ouyang has opened unit account U for "park" in "tianfu"
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$U", "catalogue": "tianfu", "reward": "parking", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.holder, field "account", value "unit", params {"allowed": "person"}

  Rule: a donation burns points and makes no voucher to open
    Scenario: trees
      Given donation "trees" of 100 fen is on sale in "tianfu" for 5 points
      When Ouyang sends rewards:Donate
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "trees", "numbers": [70001, 70002]}
        """
      Then the effects hold
        """
        [{"kind": "points.redeemed", "reward": "trees", "units": "2"}, {"kind": "rewards.taken", "units": [{"number": "70001"}, {"number": "70002"}]}]
        """
      When Ouyang sends rewards:Redeem
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "trees", "vouchers": [{"number": 1, "commitment": "$v1"}]}
        """
      Then it is refused with rewards.kind, field "reward", value "donation", params {"needed": "ticket,goods,service,coupon,discount"}
      When Ouyang sends rewards:Donate
        """
        {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "qingcheng", "numbers": [1]}
        """
      Then it is refused with rewards.kind, field "reward", value "ticket", params {"needed": "donation"}
