Feature: credits that cross to another region and come home
  The source locks, the destination mints with proof, the source finalises with the destination's proof. Or the
  destination writes a tombstone, and the source unlocks with the proof of it. Always 1:1, with serials, vintage
  and methodology. Who carries the proofs gains nothing and decides nothing.

  Background:
    Given an agreement on credits with Jilin
    And a batch of 100 kg held by its owner
    And a batch of 100 kg held by its owner in Jilin

  Rule: a lock holds exactly what is named, and states everything that the other region judges
    Scenario: locked
      When Ono sends recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.credits_locked", "terms": "$terms", "transfer": "t-1", "holder": "$owner", "receiver": "$jilin-holder", "quantity": "30", "parcels": [{"batch": "$batch", "project": "grove", "methodology": "restored@1", "vintage": "2026", "first": "11", "last": "40", "origin": "$sichuan"}], "seconds": "1795219200", "deadline": "1795478400"}]
        """
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "11", "first": "11", "last": "11"}], "reason": "try"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:11-11", params {"hold": "lock", "reference": "sc-jl:t-1"}
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "1"}], "reason": "beside it"}
        """
      Then it is done

    Scenario: a transfer's id is used once
      Given Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "5"}]}]}
        """
      When Ono sends recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "6", "first": "6", "last": "9"}]}]}
        """
      Then it is refused with recognition.exists, field "transfers[0].transfer", value "t-1"
      When Ono sends recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-2", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "6", "first": "6", "last": "7"}]}, {"transfer": "t-2", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "6", "first": "8", "last": "9"}]}]}
        """
      Then it is refused with recognition.twice, field "transfers", value "t-2"

    Scenario: another's units stay
      When Hu sends recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "5"}]}]}
        """
      Then it is refused with credits.not_holder, field "range", value "510100-forests-restored-grove-2026-001:1-5", params {"holder": "$owner"}

  Rule: the terms decide what leaves
    Scenario: neither another shard than there is
      When Ono sends recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 3, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "5"}]}]}
        """
      Then it is refused with recognition.shard_unknown, field "shard", value "3", params {"shards": "1"}

    Scenario: nor points under an agreement on credits
      Given organisation "app" with roles "platform_operator", for whom "Ann" acts
      When Ann sends recognition:LockPoints
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "account": "00000000000000000000000000000000", "target_account": "00000000000000000000000000000000", "points": "5", "binding": "x"}]}
        """
      Then it is refused with recognition.lane, field "agreement", value "sc-jl", params {"lane": "credits"}

    Scenario: nor after the term
      Given today is 2028-01-01
      When Ono sends recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "5"}]}]}
        """
      Then it is refused with recognition.term, field "day", value "2028-01-01", params {"first": "2026-01-01", "last": "2027-12-31"}

  Rule: the destination mints once, by proof, what the lock says
    Scenario: minted by whoever brings the proof
      Given in Jilin Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "j-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.credits_minted", "transfer": "j-1", "holder": "$holder", "quantity": "30", "ranges": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "first": "11", "last": "40"}]}]
        """
      When Rui asks recognition:Mirror
        """
        {"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1"}
        """
      Then the answer holds
        """
        {"agreement": "sc-jl", "batch": "510100-forests-restored-grove-2026-001", "methodology": "restored@1", "vintage": 2026, "project": "grove", "uses": ["redemption", "market"]}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      Then it is refused with recognition.transfer_status, field "transfer", value "j-1", params {"status": "minted"}
      When Hu sends retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.j-1", "range": "11", "first": "11", "last": "20"}], "beneficiary": {"organisation": "$holder"}, "purpose": "voluntary", "reason": "abroad"}
        """
      Then it is done

    Scenario: not what the proof does not say
      Given in Jilin Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "j-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-2"}]}
        """
      Then it is refused with recognition.not_proven, field "proof", value "j-2", params {"effect": "locked"}

    Scenario: not for a receiver who is not here
      Given in Jilin Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "j-1", "receiver": "$regulator", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      Then it is refused with credits.receiver

    Scenario: a suspended agreement mints nothing, an ended one what was locked before
      Given in Jilin Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "j-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      And Rui and Ren have sent recognition:SuspendAgreement
        """
        {"agreement": "sc-jl", "reason": "an inquiry"}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      Then it is refused with recognition.status, field "agreement", value "sc-jl", params {"status": "suspended", "allowed": "in_force"}
      Given 1 hours pass
      And Rui and Ren have sent recognition:EndAgreement
        """
        {"agreement": "sc-jl", "reason": "over"}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      Then it is done

  Rule: the source finalises by the destination's proof, and the unit counts over there only
    Background:
      Given Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      And Sichuan's last transaction is proven

    Scenario: exported, whatever froze it meanwhile
      Given in Jilin Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "items": [{"transfer": "t-1"}]}
        """
      And Rui has sent credits:Freeze
        """
        {"order": "F-1", "pieces": [{"batch": "$batch", "range": "11", "first": "15", "last": "16"}]}
        """
      When Cai sends recognition:Finalise
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then the effects hold
        """
        [{"kind": "credits.released", "hold": "freeze", "reference": "F-1", "quantity_kg": "2"}, {"kind": "recognition.credits_finalised", "transfer": "t-1", "holder": "$owner", "quantity": "30"}]
        """
      When Rui asks credits:Range
        """
        {"batch": "$batch", "range": "17"}
        """
      Then the answer holds
        """
        {"first": "17", "last": "40", "state": "exported", "holder": "recognition:sc-jl", "holds": []}
        """
      When Cai sends recognition:Finalise
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then it is refused with recognition.transfer_status, field "transfer", value "t-1", params {"status": "finalised"}

    Scenario: a lock's proof finalises nothing, nor does one of its own ledger
      Given in Jilin Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      When Cai sends recognition:Finalise
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then it is refused with recognition.not_proven, field "proof", value "t-1", params {"effect": "minted"}
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "items": [{"transfer": "t-1"}]}
        """
      Then it is refused with recognition.proof_invalid, field "proof", value "note.unknown"

    Scenario: nothing waits any more once it is closed
      When Rui asks recognition:Queue
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"items": [{"transfer": "t-1", "seconds": 1795219200, "deadline": 1795478400}]}
        """
      Given in Jilin Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "items": [{"transfer": "t-1"}]}
        """
      And Cai has sent recognition:Finalise
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      When Rui asks recognition:Queue
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"items": []}
        """

  Rule: a tombstone excludes the mint, and unlocks
    Background:
      Given Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      And Sichuan's last transaction is proven

    Scenario: the receiver refuses; mint and abort exclude each other
      Given in Jilin Hu has sent recognition:Abort
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "transfers": ["t-1"], "reason": "not ordered"}
        """
      When Cai sends recognition:Unlock
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.credits_unlocked", "transfer": "t-1", "holder": "$owner", "quantity": "30"}]
        """
      When Rui asks credits:Range
        """
        {"batch": "$batch", "range": "11"}
        """
      Then the answer holds
        """
        {"state": "active", "holder": "$owner", "holds": []}
        """
      When Cai sends recognition:Unlock
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then it is refused with recognition.transfer_status, field "transfer", value "t-1", params {"status": "unlocked"}

    Scenario: an unlock needs a tombstone, not a mint
      Given in Jilin Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "items": [{"transfer": "t-1"}]}
        """
      When Cai sends recognition:Unlock
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      Then it is refused with recognition.not_proven, field "proof", value "t-1", params {"effect": "recognition.aborted"}

  Rule: before the deadline only receiver and regulator abort, after it anybody
    Background:
      Given in Jilin Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "j-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """

    Scenario: a carrier before the deadline
      When Cai sends recognition:Abort
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["j-1"], "reason": "impatient"}
        """
      Then it is refused with recognition.abort_early, field "transfers", value "j-1", params {"deadline": "1795478400"}

    Scenario: the regulator before it
      When Rui sends recognition:Abort
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["j-1"], "reason": "not in the public interest"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.aborted", "transfer": "j-1", "reason": "not in the public interest"}]
        """

    Scenario: a carrier after it; then it is never minted
      When 73 hours pass
      And Cai sends recognition:Abort
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["j-1"], "reason": "deadline passed"}
        """
      Then it is done
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      Then it is refused with recognition.transfer_status, field "transfer", value "j-1", params {"status": "aborted"}

    Scenario: what was minted is not aborted
      Given Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "j-1"}]}
        """
      When Rui sends recognition:Abort
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["j-1"], "reason": "too late"}
        """
      Then it is refused with recognition.transfer_status, field "transfer", value "j-1", params {"status": "minted"}

  Rule: a destination silent for good is settled by the arbiter
    Background:
      Given Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """

    Scenario: enough of its keys
      Given the arbiter rules that "t-1" of Sichuan is never minted, with 2 of its keys
      When Cai sends recognition:UnlockByRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.credits_unlocked", "transfer": "t-1", "quantity": "30"}]
        """

    Scenario: one key too few, or about the other ledger
      Given the arbiter rules that "t-1" of Sichuan is never minted, with 1 of its keys
      When Cai sends recognition:UnlockByRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling"}
        """
      Then it is refused with recognition.tombstone, field "ruling", value "ruling.quorum"
      Given the arbiter rules that "t-1" of Jilin is never minted, with 2 of its keys
      When Cai sends recognition:UnlockByRuling
        """
        {"agreement": "sc-jl", "ruling": "$ruling"}
        """
      Then it is refused with recognition.tombstone, field "ruling", value "ruling.source"

  Rule: imports keep origin serials; a return burns the mirror and reactivates the original
    Background:
      Given Ono has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "t-1", "receiver": "$jilin-holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
        """
      And Sichuan's last transaction is proven
      And in Jilin Cai has sent recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$own-proof", "items": [{"transfer": "t-1"}]}
        """
      And Cai has sent recognition:Finalise
        """
        {"agreement": "sc-jl", "proof": "$proof", "transfers": ["t-1"]}
        """
      And in Jilin Hu has sent recognition:LockCredits
        """
        {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "home", "receiver": "$holder", "pieces": [{"batch": "m.sc-jl.510100-forests-restored-grove-2026-001.t-1", "range": "11", "first": "21", "last": "30"}]}]}
        """

    Scenario: part of it comes home
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "home", "pieces": [{"batch": "$batch", "range": "11", "first": "21", "last": "30"}]}]}
        """
      Then the effects hold
        """
        [{"kind": "recognition.credits_minted", "transfer": "home", "holder": "$holder", "quantity": "10", "ranges": [{"batch": "$batch", "first": "21", "last": "30"}]}]
        """
      When Rui asks credits:Range
        """
        {"batch": "$batch", "range": "21"}
        """
      Then the answer holds
        """
        {"last": "30", "state": "active", "holder": "$holder"}
        """

    Scenario: the pieces must be what comes home, no more and no other
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "home", "pieces": [{"batch": "$batch", "range": "11", "first": "21", "last": "31"}]}]}
        """
      Then it is refused with recognition.pieces, field "pieces", value "home"
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "home"}]}
        """
      Then it is refused with recognition.pieces, field "pieces", value "home"

    Scenario: it comes home after the agreement ended too
      Given Rui and Ren have sent recognition:EndAgreement
        """
        {"agreement": "sc-jl", "reason": "over"}
        """
      When Cai sends recognition:Mint
        """
        {"agreement": "sc-jl", "proof": "$proof", "items": [{"transfer": "home", "pieces": [{"batch": "$batch", "range": "11", "first": "21", "last": "30"}]}]}
        """
      Then it is done
