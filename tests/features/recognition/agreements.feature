Feature: agreements between two regions
  An agreement is co-signed: each regulator's two persons agree to the same terms on their own ledger, and each
  ledger sees the proof of the other's act. It is versioned. Its partner's anchors are rotated by the keepers.

  Background:
    Given Jilin beside Sichuan
    And terms on credits as "one"

  Rule: two persons of each side's regulator, and each sees the other's act
    Scenario: co-signed
      Given Jilin has agreed to "one"
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $one, "anchors": $jilin-anchors}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "recognition.agreement_proposed", "agreement": "sc-jl", "version": "1", "terms": "$one-hash", "genesis": "$sichuan", "partner": "$jilin"}]
        """
      When Rui asks recognition:Agreement
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"status": "proposed", "own": 0, "version": 0, "proposed": 1}
        """
      When Rui sends recognition:ConcludeAgreement
        """
        {"agreement": "sc-jl", "terms": "$one-hash", "proof": "$proof"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.agreement_concluded", "agreement": "sc-jl", "version": "1", "terms": "$one-hash"}]
        """
      When Rui asks recognition:Agreement
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"status": "in_force", "version": 1, "terms": "$one-hash"}
        """

    Scenario: another's agreement to other terms concludes nothing
      Given terms on credits as "other" with
        """
        {"lock_hours": 24}
        """
      And Jilin has agreed to "other"
      And Sichuan has agreed to "one"
      When Rui sends recognition:ConcludeAgreement
        """
        {"agreement": "sc-jl", "terms": "$one-hash", "proof": "$proof"}
        """
      Then it is refused with recognition.not_proven, field "proof", value "$one-hash", params {"effect": "recognition.agreement_proposed"}

    Scenario: not by another region's regulator
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 1, "terms": $one, "anchors": $jilin-anchors}
        """
      Then it is refused with recognition.not_party, field "regulator", value "$regulator", params {"regulator": "$jilin-regulator"}

  Rule: terms are whole and make sense
    Scenario Outline: contradictions
      Given terms on credits as "bad" with
        """
        <change>
        """
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $bad, "anchors": $jilin-anchors}
        """
      Then it is refused with recognition.terms, field "<field>", value "sc-jl"

      Examples:
        | change                                                   | field               |
        | {"numerator": 2}                                         | terms.ratio         |
        | {"last_day": "2025-12-31"}                               | terms.last_day      |
        | {"methodologies": ["restored@1", "restored@1"]}          | terms.methodologies |
        | {"uses": ["market", "market"]}                           | terms.uses          |
        | {"identity": ["x+00000000+AQ=="]}                        | terms.identity      |

    Scenario: an arbiter's key is a key
      Given terms on credits as "bad" with
        """
        {"arbiter": {"threshold": 1, "keys": ["nobody"]}}
        """
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $bad, "anchors": $jilin-anchors}
        """
      Then it is refused with recognition.key, field "terms.arbiter.keys", value "nobody", params {"reason": "key.form"}

    Scenario: the first version is 1
      Given terms on credits as "later" with
        """
        {"version": 2}
        """
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $later, "anchors": $jilin-anchors}
        """
      Then it is refused with recognition.version, field "terms.version", value "2", params {"expected": "1"}

  Rule: the anchors are the partner's, and ask for what the terms ask for
    Scenario: another ledger's
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $one, "anchors": $sichuan-anchors}
        """
      Then it is refused with recognition.anchors, field "genesis", value "$sichuan", params {"expected": "$jilin"}

    Scenario: fewer auditors than agreed
      Given terms on credits as "strict" where each side's proofs need 3 auditors
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $strict, "anchors": $jilin-anchors}
        """
      Then it is refused with recognition.anchors, field "auditors", value "2", params {"expected": ">= 3"}

    Scenario: no anchors at all
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $one, "anchors": ""}
        """
      Then it is refused with recognition.anchors_unreadable, field "anchors", value "json.syntax"

  Rule: a later version keeps the ledgers and needs both sides again
    Scenario: version 2
      Given the agreement "one" is in force
      And terms on credits as "two" with
        """
        {"version": 2, "lock_hours": 24}
        """
      And Jilin has agreed to "two"
      And Sichuan has agreed to "two"
      When Rui sends recognition:ConcludeAgreement
        """
        {"agreement": "sc-jl", "terms": "$two-hash", "proof": "$proof"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.agreement_concluded", "version": "2", "terms": "$two-hash"}]
        """
      When Rui sends recognition:ConcludeAgreement
        """
        {"agreement": "sc-jl", "terms": "$one-hash", "proof": "$proof"}
        """
      Then it is refused with recognition.version, field "terms", value "1", params {"expected": "3"}

    Scenario: caps keep their shards, in which what was used is counted
      Given the agreement "one" is in force
      And terms on credits as "cut" with
        """
        {"version": 2, "caps": {"total": 100, "shards": 4}}
        """
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $cut, "anchors": ""}
        """
      Then it is refused with recognition.shards, field "terms.caps.shards", value "4", params {"expected": "1"}

    Scenario: with another ledger it is another agreement
      Given the agreement "one" is in force
      And terms on credits as "moved" with
        """
        {"version": 2, "lane": "points", "identity": ["$identity"]}
        """
      When Rui and Ren send recognition:ProposeAgreement
        """
        {"own": 0, "terms": $moved, "anchors": ""}
        """
      Then it is refused with recognition.terms, field "terms.programme", value "sc-jl"

  Rule: suspended, resumed, ended, each by two persons with a reason
    Scenario: suspended and resumed
      Given the agreement "one" is in force
      When Rui and Ren send recognition:SuspendAgreement
        """
        {"agreement": "sc-jl", "reason": "an inquiry"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "recognition.agreement_changed", "status": "suspended", "reason": "an inquiry"}]
        """
      When Rui and Ren send recognition:ResumeAgreement
        """
        {"agreement": "sc-jl", "reason": "cleared"}
        """
      Then it is done
      When Rui and Ren send recognition:ResumeAgreement
        """
        {"agreement": "sc-jl", "reason": "again"}
        """
      Then it is refused with recognition.status, field "agreement", value "sc-jl", params {"status": "in_force", "allowed": "suspended"}

    Scenario: ended for good
      Given the agreement "one" is in force
      When Rui and Ren send recognition:EndAgreement
        """
        {"agreement": "sc-jl", "reason": "term over"}
        """
      Then it is done
      When Rui and Ren send recognition:ResumeAgreement
        """
        {"agreement": "sc-jl", "reason": "again"}
        """
      Then it is refused with recognition.status

  Rule: anchors rotate by both files' keepers, and then only the new ones count
    Scenario: rotated
      Given the agreement "one" is in force
      And Jilin's keepers replace its anchors, with 2 signatures
      When Rui and Ren send recognition:RotateAnchors
        """
        {"agreement": "sc-jl", "anchors": $jilin-anchors, "approval": $approval}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "recognition.anchors_rotated", "agreement": "sc-jl", "number": "2"}]
        """

    Scenario: one keeper too few
      Given the agreement "one" is in force
      And Jilin's keepers replace its anchors, with 1 signatures
      When Rui and Ren send recognition:RotateAnchors
        """
        {"agreement": "sc-jl", "anchors": $jilin-anchors, "approval": $approval}
        """
      Then it is refused with recognition.anchors_unreadable, field "approval", value "rotation.quorum"
