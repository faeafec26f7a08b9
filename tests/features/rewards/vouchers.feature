Feature: rewards:OpenVoucher, Refund
  A voucher is a salted commitment. The funder or one of its outlets opens it once, before its last day, in its
  districts. One that was not opened can be refunded, by two persons.

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
    And parking vouchers "parking" for cars attested as "nev" by "cars" are on sale
    And A earned 50 points in "tianfu" on 2026-11-20
    And Da has sent rewards:Attest
      """
      {"programme": "tianfu", "account": "$A", "attribute": "nev", "until": "2027-06-30"}
      """
    And voucher "V" hides the secret "code 7"
    And Ouyang has sent rewards:Redeem
      """
      {"programme": "tianfu", "account": "$A", "catalogue": "tianfu", "reward": "parking", "vouchers": [{"number": 7, "commitment": "$V"}]}
      """

  Rule: opened once
    Scenario: opened, and then not again
      When Mu sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 7", "region": "510104"}
        """
      Then the effects hold
        """
        [{"kind": "rewards.voucher_opened", "number": "7", "merchant": "$park", "region": "510104"}]
        """
      When Mu sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 7", "region": "510104"}
        """
      Then it is refused with states.not_allowed, field "voucher", value "opened", params {"to": "opened", "allowed": "-"}
      When Ouyang and Ou send rewards:Refund
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "reason": "unused"}
        """
      Then it is refused with states.not_allowed

    Scenario: a wrong secret
      When Mu sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 8", "region": "510104"}
        """
      Then it is refused with rewards.commitment_mismatch, field "secret", value "code 8", params {"commitment": "$V"}

    Scenario: another merchant
      When Ki sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 7", "region": "510104"}
        """
      Then it is refused with rewards.party, field "reward", value "$kiosk", params {"allowed": "$park"}

    Scenario: another district
      When Mu sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 7", "region": "510106"}
        """
      Then it is refused with rewards.region, field "region", value "510106", params {"allowed": "510104,510105"}

    Scenario: after its last day
      Given today is 2026-12-22
      When Mu sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 7", "region": "510104"}
        """
      Then it is refused with rewards.ended, field "voucher", value "2026-12-22", params {"until": "2026-12-21"}

  Rule: what was not opened can be refunded, with issue and expiry
    Scenario: refunded by two
      When Ouyang and Ou send rewards:Refund
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "reason": "car park closed"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "rewards.voucher_refunded", "account": "$A", "lots": [{"points": "10", "expires": "2026-12-31"}], "debt_repaid": "0"}]
        """
      And A holds 50 points in 1 lot in "tianfu"
      When Mu sends rewards:OpenVoucher
        """
        {"programme": "tianfu", "reward": "parking", "year": 2026, "number": 7, "salt": "$salt", "secret": "code 7", "region": "510104"}
        """
      Then it is refused with states.not_allowed, field "voucher", value "refunded", params {"to": "opened", "allowed": "-"}
