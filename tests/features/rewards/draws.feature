Feature: rewards:AnnounceDraw, CommitSeed, EnterDraw, CloseDraw, RevealSeed, ClaimPrize, VoidDraw, RefundEntry
  Operator and funder commit to a seed each before the first entry. Entrants are fixed before a seed is known.
  Who wins follows from both seeds and the entrants, and everybody computes it again.

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
    And B earned 50 points in "tianfu" on 2026-11-20
    And seed "So" is committed to as "Co"
    And seed "Sf" is committed to as "Cf"
    And Ouyang has sent rewards:AnnounceDraw
      """
      {"programme": "tianfu", "draw": "lucky", "catalogue": "tianfu", "reward": "qingcheng", "price": 5, "prizes": 1, "until": "2026-11-22", "commitment": "$Co"}
      """

  Rule: both commit before anybody enters
    Scenario: too early
      When Ouyang sends rewards:EnterDraw
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$A"}
        """
      Then it is refused with states.required, field "draw", value "announced", params {"allowed": "open"}
      When Ki sends rewards:CommitSeed
        """
        {"programme": "tianfu", "draw": "lucky", "commitment": "$Cf"}
        """
      Then it is refused with rewards.party, field "draw", value "$kiosk", params {"allowed": "$park"}

    Scenario: a draw's id is used once
      When Ouyang sends rewards:AnnounceDraw
        """
        {"programme": "tianfu", "draw": "lucky", "catalogue": "tianfu", "reward": "qingcheng", "price": 5, "prizes": 1, "until": "2026-11-22", "commitment": "$Co"}
        """
      Then it is refused with rewards.exists, field "draw", value "lucky"

  Rule: entrants are fixed, seeds revealed, and the result follows
    Background:
      Given Mu has sent rewards:CommitSeed
        """
        {"programme": "tianfu", "draw": "lucky", "commitment": "$Cf"}
        """
      And Ouyang has sent rewards:EnterDraw
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$A"}
        """
      And Ouyang has sent rewards:EnterDraw
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$B"}
        """

    Scenario: drawn and claimed once
      When Ouyang sends rewards:CloseDraw
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then it is refused with rewards.draw_open, field "draw", value "2026-11-21", params {"until": "2026-11-22"}
      When today is 2026-11-23
      And Ouyang sends rewards:CloseDraw
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then the effects hold
        """
        [{"kind": "rewards.draw_changed", "status": "closed", "entrants": "2"}]
        """
      When Mu sends rewards:RevealSeed
        """
        {"programme": "tianfu", "draw": "lucky", "seed": "$So"}
        """
      Then it is refused with rewards.commitment_mismatch, field "seed", value "$So", params {"commitment": "$Cf"}
      When Mu sends rewards:RevealSeed
        """
        {"programme": "tianfu", "draw": "lucky", "seed": "$Sf"}
        """
      Then it is done
      When Mu sends rewards:RevealSeed
        """
        {"programme": "tianfu", "draw": "lucky", "seed": "$Sf"}
        """
      Then it is refused with rewards.seed_twice, field "seed", value "$park"
      When Ouyang sends rewards:RevealSeed
        """
        {"programme": "tianfu", "draw": "lucky", "seed": "$So"}
        """
      Then one of the 2 entrants A, B is drawn, as everybody computes again
      When Ouyang sends rewards:ClaimPrize
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$Loser", "catalogue": "tianfu", "reward": "qingcheng", "voucher": {"number": 2, "commitment": "$v"}}
        """
      Then it is refused with rewards.not_a_winner, field "account", value "$Loser"
      When Ouyang sends rewards:ClaimPrize
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$Winner", "catalogue": "tianfu", "reward": "qingcheng", "voucher": {"number": 2, "commitment": "$v"}}
        """
      Then the effects hold
        """
        [{"kind": "rewards.taken", "account": "$Winner", "draw": "lucky", "units": [{"number": "2"}]}]
        """
      When Ouyang sends rewards:ClaimPrize
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$Winner", "catalogue": "tianfu", "reward": "qingcheng", "voucher": {"number": 3, "commitment": "$v"}}
        """
      Then it is refused with rewards.not_a_winner

    Scenario: an account enters once
      When Ouyang sends rewards:EnterDraw
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$A"}
        """
      Then it is refused with rewards.exists, field "entry", value "$A"

    Scenario: after the last day of entry
      Given today is 2026-11-23
      When Ouyang sends rewards:EnterDraw
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$C"}
        """
      Then it is refused with rewards.ended, field "draw", value "2026-11-23", params {"until": "2026-11-22"}

    Scenario: a seed that is held back voids the draw and returns the points
      When Mu sends rewards:VoidDraw
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then it is refused with rewards.reveal_time, field "draw", value "2026-11-21", params {"until": "2026-12-22"}
      When today is 2026-12-23
      And Mu sends rewards:VoidDraw
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then it is done
      When Ouyang sends rewards:RefundEntry
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$A"}
        """
      Then the effects hold
        """
        [{"kind": "rewards.entry_refunded", "lots": [{"points": "5"}]}]
        """
      And A holds 50 points in 1 lot in "tianfu"
      When Ouyang sends rewards:RefundEntry
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$A"}
        """
      Then it is refused with rewards.nothing_back, field "account", value "$A"

  Rule: not more prizes than entrants
    Scenario: nobody came
      Given Mu has sent rewards:CommitSeed
        """
        {"programme": "tianfu", "draw": "lucky", "commitment": "$Cf"}
        """
      And today is 2026-11-23
      When Ouyang sends rewards:CloseDraw
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then it is refused with rewards.draw_entrants, field "draw", value "0", params {"low": "1", "high": "10000"}

  Rule: rewards:GetDraw, DrawEntries, Get, List and Voucher show what stands
    Scenario: before and after somebody enters
      Given Mu has sent rewards:CommitSeed
        """
        {"programme": "tianfu", "draw": "lucky", "commitment": "$Cf"}
        """
      And Ouyang has sent rewards:EnterDraw
        """
        {"programme": "tianfu", "draw": "lucky", "account": "$A"}
        """
      When Mu asks rewards:GetDraw
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then the answer holds
        """
        {"status": "open", "reward": "qingcheng", "prizes": 1, "operator_commitment": "$Co"}
        """
      When Mu asks rewards:DrawEntries
        """
        {"programme": "tianfu", "draw": "lucky"}
        """
      Then the answer holds
        """
        {"items": [{}], "bookmark": ""}
        """
      When Mu asks rewards:Get
        """
        {"programme": "tianfu", "reward": "qingcheng"}
        """
      Then the answer holds
        """
        {"status": "on_sale", "funder": "$park"}
        """
      When Mu asks rewards:List
        """
        {"programme": "tianfu"}
        """
      Then the answer holds
        """
        {"items": [{"status": "on_sale"}], "bookmark": ""}
        """
      When Mu asks rewards:Voucher
        """
        {"programme": "tianfu", "reward": "qingcheng", "year": 2026, "number": 1}
        """
      Then it is refused with contract.record_absent
