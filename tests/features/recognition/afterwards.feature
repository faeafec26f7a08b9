Feature: what may come after a transfer: recall, dispute, a late ruling, uses that were not agreed
  A recall crosses the border to the mirrors. A dispute makes exactly the serials in question stand still, and ends
  in a compensating entry. A region that comes back honours the arbiter's ruling. Uses are the agreement's.

  Background:
    Given an agreement on credits with Jilin
    And a batch of 100 kg held by its owner
    And a batch of 100 kg held by its owner in Jilin
    And in Jilin Ono has sent recognition:LockCredits
      """
      {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "j-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
      """
    And the lock's proof is kept as "lock"

  Rule: a recall reaches the mirrors that hold its serials, and no others
    Background:
      Given Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$lock", "items": [{"transfer": "j-1"}]}
        """
      And in Jilin Rui and Ren have sent recalls:Announce
        """
        {"recall": "r-7", "batch": "$batch", "ground": "factor", "document": "$decision", "scope": [{"first": "31", "last": "60"}], "replace_by": "2027-06-30", "reason": "wrong factor"}
        """

    Scenario: announced here for the mirror's part of it, then marked as any other
      When Cai sends recognition:ReceiveRecall
        """
        {"agreement": "sc-jl", "proof": "$proof", "recall": "r-7", "mirrors": ["m.sc-jl.510100-forests-restored-grove-2026-001.j-1"]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.announced", "ground": "factor", "quantity_kg": "10", "ranges": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "first": "31", "last": "40"}], "reason": "r-7: wrong factor"}]
        """
      And the recall's id is kept as "local"
      When Rui sends recalls:Mark
        """
        {"recall": "$local", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "31", "last": "40"}]}
        """
      Then the effects hold
        """
        [{"kind": "recalls.marked", "holder": "$holder", "state": "active", "quantity_kg": "10"}]
        """
      When Hu sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "31", "first": "31", "last": "32"}], "beneficiary": {"organisation": "$holder"}, "purpose": "voluntary", "reason": "try"}
        """
      Then it is refused with credits.held
      When Cai sends recognition:ReceiveRecall
        """
        {"agreement": "sc-jl", "proof": "$proof", "recall": "r-7", "mirrors": ["m.sc-jl.510100-forests-restored-grove-2026-001.j-1"]}
        """
      Then it is refused with recalls.exists

    Scenario: not another recall than the proof shows
      When Cai sends recognition:ReceiveRecall
        """
        {"agreement": "sc-jl", "proof": "$proof", "recall": "r-8", "mirrors": ["m.sc-jl.510100-forests-restored-grove-2026-001.j-1"]}
        """
      Then it is refused with recognition.not_proven, field "proof", value "r-8", params {"effect": "recalls.announced"}

  Rule: a dispute freezes only the serials in question, and ends in a compensating entry
    Background:
      Given Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$lock", "items": [{"transfer": "j-1"}]}
        """

    Scenario: opened here, ruled, free again
      When Rui sends recognition:OpenDispute
        """
        {"agreement": "sc-jl", "dispute": "d-1", "transfer": "j-1", "ours": false, "evidence": "$letter", "deadline": "2027-01-31", "reason": "counted twice", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "15"}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.dispute_opened", "dispute": "d-1", "transfer": "j-1", "source": "$jilin", "parcels": [{"batch": "$batch", "first": "11", "last": "15"}]}, {"kind": "credits.held", "hold": "freeze", "reference": "dispute:sc-jl:d-1", "quantity_kg": "5"}]
        """
      When Hu sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "11"}], "beneficiary": {"organisation": "$holder"}, "purpose": "voluntary", "reason": "try"}
        """
      Then it is refused with credits.held
      When Hu sends retirements:Retire
        """
        {"retirement": "r-2", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "16", "first": "16", "last": "16"}], "beneficiary": {"organisation": "$holder"}, "purpose": "voluntary", "reason": "beside it"}
        """
      Then it is done
      Given the arbiter rules dispute "d-1" on "j-2" of Jilin upheld, Jilin owing 5
      When Cai sends recognition:RuleDispute
        """
        {"agreement": "sc-jl", "dispute": "d-1", "ruling": "$ruling"}
        """
      Then it is refused with recognition.not_about, field "ruling", value "d-1"
      Given the arbiter rules dispute "d-1" on "j-1" of Jilin upheld, Jilin owing 5
      When Cai sends recognition:RuleDispute
        """
        {"agreement": "sc-jl", "dispute": "d-1", "ruling": "$ruling"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.dispute_ruled", "outcome": "upheld", "owed_by": "$jilin", "quantity": "5"}, {"kind": "credits.released", "reference": "dispute:sc-jl:d-1", "quantity_kg": "5"}]
        """
      When Cai sends recognition:RuleDispute
        """
        {"agreement": "sc-jl", "dispute": "d-1", "ruling": "$ruling"}
        """
      Then it is refused with recognition.transfer_status, field "dispute", value "d-1", params {"status": "upheld"}

    Scenario: opened by Jilin, received here by proof
      Given in Jilin Rui has sent recognition:OpenDispute
        """
        {"agreement": "sc-jl", "dispute": "d-2", "transfer": "j-1", "ours": true, "evidence": "$letter", "deadline": "2027-01-31", "reason": "sold twice"}
        """
      When Hu sends recognition:ReceiveDispute
        """
        {"agreement": "sc-jl", "dispute": "d-2", "proof": "$proof"}
        """
      Then it is refused with contract.caller_role, field "tanhui.role", value "holder", params {"allowed": "regulator", "function": "recognition:ReceiveDispute"}
      When Rui sends recognition:ReceiveDispute
        """
        {"agreement": "sc-jl", "dispute": "d-2", "proof": "$proof", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "20", "last": "25"}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.dispute_opened", "dispute": "d-2"}, {"kind": "credits.held", "quantity_kg": "6"}]
        """
      When Rui asks recognition:Dispute
        """
        {"agreement": "sc-jl", "dispute": "d-2"}
        """
      Then the answer holds
        """
        {"status": "open", "opened_here": false, "transfer": "j-1", "owed": "0"}
        """

    Scenario: not serials of another transfer, and not twice
      When Rui sends recognition:OpenDispute
        """
        {"agreement": "sc-jl", "dispute": "d-1", "transfer": "j-1", "ours": false, "evidence": "$letter", "deadline": "2027-01-31", "reason": "wrong", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "15"}]}
        """
      Then it is refused with recognition.pieces, field "pieces", value "510100-forests-restored-grove-2026-001:11-15"
      When Rui sends recognition:OpenDispute
        """
        {"agreement": "sc-jl", "dispute": "d-1", "transfer": "nobody", "ours": false, "evidence": "$letter", "deadline": "2027-01-31", "reason": "wrong"}
        """
      Then it is refused with recognition.not_proven, field "transfer", value "nobody", params {"effect": "transfer"}

  Rule: a region that was silent honours the arbiter's ruling
    Scenario: nothing was minted: a tombstone
      Given the arbiter rules that "j-1" of Jilin is never minted, with 2 of its keys
      When Cai sends recognition:HonourRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling"}
        """
      Then it is refused with recognition.not_proven, field "proof", value "j-1", params {"effect": "locked"}
      When Cai sends recognition:HonourRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling", "proof": "$lock"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.aborted", "transfer": "j-1", "reason": "destination silent"}]
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$lock", "items": [{"transfer": "j-1"}]}
        """
      Then it is refused with recognition.transfer_status, field "transfer", value "j-1", params {"status": "aborted"}

    Scenario: minted and partly used up: the rest is taken back, the shortfall is owed
      Given Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$lock", "items": [{"transfer": "j-1"}]}
        """
      And Hu has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "20"}], "beneficiary": {"organisation": "$holder"}, "purpose": "voluntary", "reason": "used"}
        """
      And the arbiter rules that "j-1" of Jilin is never minted, with 2 of its keys
      When Cai sends recognition:HonourRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling"}
        """
      Then it is refused with recognition.not_proven, field "proof", value "j-1", params {"effect": "unlocked"}
      When Cai sends recognition:HonourRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling", "proof": "$lock"}
        """
      Then it is refused with recognition.not_proven, field "proof", value "j-1", params {"effect": "unlocked"}
      Given in Jilin Cai has sent recognition:UnlockByRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling"}
        """
      When Cai sends recognition:HonourRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling", "proof": "$proof", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "21", "first": "21", "last": "40"}]}
        """
      Then it is refused with recognition.pieces, field "pieces", value "j-1"
      When Cai sends recognition:HonourRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling", "proof": "$proof", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "20"}, {"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "21", "first": "21", "last": "40"}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.mint_revoked", "transfer": "j-1", "quantity": "30", "shortfall": "10"}, {"kind": "credits.cancelled", "holder": "$holder", "quantity_kg": "20"}]
        """

  Rule: units of another region serve only what the agreement allows
    Background:
      Given Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$lock", "items": [{"transfer": "j-1"}]}
        """

    Scenario: not compensation, but the market
      When Hu sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "11"}], "beneficiary": {"organisation": "$holder"}, "purpose": "compensation", "reference": "(2026)7", "reason": "case"}
        """
      Then it is refused with recognition.use, field "pieces", value "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", params {"use": "compensation"}
      When Hu sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$broker", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "11"}]}
        """
      Then it is done
