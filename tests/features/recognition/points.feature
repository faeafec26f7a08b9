Feature: points that cross to another region
  Points move only to the same verified person, at the agreed whole-number ratio, in multiples of its
  denominator, with vintage and expiry. Here 5 points of Sichuan are 2 of Jilin. Caps are judged once, at the
  lock's timestamp, and counted on both sides.

  Background:
    Given an agreement on points with Jilin, with
      """
      {"caps": {"per_transfer": 40, "per_person": 60, "per_day": 200, "shards": 2}}
      """
    And A earned 100 points on 2026-11-20
    And in Jilin A earned 100 points on 2026-11-20

  Rule: a lock takes points out of the account, earliest expiry first, in multiples of the denominator
    Scenario: locked
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "25", "binding": "$binding-A"}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.points_locked", "transfer": "t-1", "programme": "tianfu", "account": "$tianfu_A", "quantity": "25", "target_programme": "jilin", "target_quantity": "10", "portions": [{"source": "quiz", "vintage": "2026", "expires": "2026-12-31", "points": "25"}]}]
        """
      And tianfu_A holds 75 points in 1 lot in "tianfu"

    Scenario: from each lot a whole multiple
      Given B earned 8 points on 2026-10-20
      And B earned 9 points on 2026-11-20
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_B", "target_account": "$jilin-jilin_B", "points": "15", "binding": "$binding-B"}]}
        """
      Then it is refused with recognition.insufficient, field "points", value "15", params {"available": "10"}
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_B", "target_account": "$jilin-jilin_B", "points": "10", "binding": "$binding-B"}]}
        """
      Then the effects hold
        """
        [{"quantity": "10", "portions": [{"expires": "2026-11-30", "points": "5"}, {"expires": "2026-12-31", "points": "5"}]}]
        """

    Scenario: not a multiple
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "12", "binding": "$binding-A"}]}
        """
      Then it is refused with recognition.not_a_multiple, field "points", value "12", params {"denominator": "5"}

  Rule: only to the same verified person
    Scenario: another's account
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_B", "points": "10", "binding": "$binding-A"}]}
        """
      Then it is refused with recognition.binding, field "binding", value "same_person.accounts"

    Scenario: a statement that lapsed
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "10", "binding": "$lapsed-A"}]}
        """
      Then it is refused with recognition.binding, field "binding", value "same_person.lapsed"

    Scenario: nobody's word
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "10", "binding": "it is me"}]}
        """
      Then it is refused with recognition.binding, field "binding", value "note.unsigned"

  Rule: caps hold for a transfer, a person, a day, and are given back when unlocked
    Scenario: one transfer
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "45", "binding": "$binding-A"}]}
        """
      Then it is refused with recognition.cap, field "quantity", value "45", params {"cap": "per_transfer", "available": "40"}

    Scenario: one person, by splitting
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "40", "binding": "$binding-A"}, {"transfer": "t-2", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "25", "binding": "$binding-A"}]}
        """
      Then it is refused with recognition.cap, field "quantity", value "25", params {"cap": "per_person", "available": "20"}

    Scenario: a shard is half of the day's cap
      Given B earned 100 points on 2026-11-20
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "40", "binding": "$binding-A"}, {"transfer": "t-2", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "20", "binding": "$binding-A"}, {"transfer": "t-3", "account": "$tianfu_B", "target_account": "$jilin-jilin_B", "points": "40", "binding": "$binding-B"}, {"transfer": "t-4", "account": "$tianfu_B", "target_account": "$jilin-jilin_B", "points": "5", "binding": "$binding-B"}]}
        """
      Then it is refused with recognition.cap, field "quantity", value "5", params {"cap": "per_day", "available": "0"}

    Scenario: given back
      Given Ouyang has sent recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "40", "binding": "$binding-A"}]}
        """
      And Sichuan's last transaction is proven
      And in Jilin Ouyang has sent recognition:Abort
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "transfers": ["t-1"], "reason": "account disputed"}
        """
      When Cai sends recognition:Unlock
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.points_unlocked", "transfer": "t-1", "account": "$tianfu_A", "quantity": "40", "debt_repaid": "0"}]
        """
      And tianfu_A holds 100 points in 1 lot in "tianfu"
      When Ouyang sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-2", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "40", "binding": "$binding-A"}, {"transfer": "t-3", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "20", "binding": "$binding-A"}]}
        """
      Then it is done

  Rule: the destination mints for the same person, with vintage and expiry, and finalising burns
    Scenario: from Jilin, 2 for 5
      Given in Jilin Ouyang has sent recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 1, "transfers": [{"transfer": "j-1", "account": "$jilin-jilin_A", "target_account": "$tianfu_A", "points": "8", "binding": "$back-A"}]}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1", "binding": "$back-A"}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.points_minted", "transfer": "j-1", "account": "$tianfu_A", "programme": "tianfu", "quantity": "8", "target_quantity": "20", "lots": [{"expires": "2026-12-31", "points": "20"}], "debt_repaid": "0"}]
        """
      And tianfu_A holds 120 points in 2 lots in "tianfu"

    Scenario: the statement itself, not the source's word for it
      Given in Jilin Ouyang has sent recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 1, "transfers": [{"transfer": "j-1", "account": "$jilin-jilin_A", "target_account": "$tianfu_A", "points": "8", "binding": "$back-A"}]}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1", "binding": "$binding-A"}]}
        """
      Then it is refused with recognition.differs

    Scenario: burnt where they came from
      Given Ouyang has sent recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "$tianfu_A", "target_account": "$jilin-jilin_A", "points": "40", "binding": "$binding-A"}]}
        """
      And Sichuan's last transaction is proven
      And in Jilin Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "items": [{"transfer": "t-1", "binding": "$binding-A"}]}
        """
      When Cai sends recognition:Finalise
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.points_finalised", "transfer": "t-1", "quantity": "40"}]
        """
      When Rui asks recognition:Transfer
        """
        {"agreement": "sc-jl", "transfer": "t-1"}
        """
      Then the answer holds
        """
        {"outgoing": {"status": "finalised", "quantity": "40", "target_quantity": "16"}, "incoming": null}
        """
      And Jilin's recognition:Transfer holds for
        """
        [{"agreement": "sc-jl", "transfer": "t-1"}, {"incoming": {"status": "minted", "quantity": "40", "target_quantity": "16"}}]
        """

  Rule: an account that cannot receive is left to abort
    Scenario: closed
      Given in Jilin Ouyang has sent recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 1, "transfers": [{"transfer": "j-1", "account": "$jilin-jilin_A", "target_account": "$tianfu_A", "points": "8", "binding": "$back-A"}]}
        """
      And Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$tianfu_A", "reason": "disputed"}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1", "binding": "$back-A"}]}
        """
      Then it is refused with accounts.not_active
