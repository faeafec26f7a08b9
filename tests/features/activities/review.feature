Feature: review before credit: activities:CheckBatch and SampleBatch
  A scene may ask that a verifier attests the evidence of each record before it is credited: submitted, checked,
  credited or rejected. A model's verdict below the scene's confidence needs a person's. Registered devices are credited
  at once, and a later sample may reverse. What a review turned down can be appealed; the regulator rules.

  Background:
    Given a scene whose records are reviewed below 9000 basis points

  Rule: nothing is credited before the review
    Scenario: submitted, checked, credited
      When records of A and B are sent as "b-1"
      Then the effects hold
        """
        [{"kind": "activities.submitted", "count": "2"}]
        """
      And A has 0 points
      When Ouyang sends activities:CreditBatch
        """
        {"programme": "tianfu", "batch": "b-1", "tranche": 0}
        """
      Then it is refused with states.required, field "batch", value "submitted", params {"allowed": "checked"}
      When Fan checks "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 9500       | no       |
        | 1        | 0        | 3000       | yes      |
      Then the effects hold
        """
        [{"kind": "activities.attested", "purpose": "review", "count": "2", "refused": "1", "model": "bus-eye"}]
        """
      When Ouyang sends activities:CreditBatch
        """
        {"programme": "tianfu", "batch": "b-1", "tranche": 0}
        """
      Then the effects hold
        """
        [{"kind": "activities.credited", "count": "1", "points": "18", "reduction_g": "18710"}]
        """
      And A has 18 points
      And B has 0 points
      When Rui asks activities:Reexecute
        """
        {"programme": "tianfu", "batch": "b-1"}
        """
      Then the answer holds
        """
        {"agrees": true, "grams": "18710"}
        """
      When Rui asks activities:Attestations
        """
        {"programme": "tianfu", "batch": "b-1"}
        """
      Then the answer holds
        """
        {"items": [{"kind": "review", "verdicts": 2, "refused": [1], "model_version": "2.1"}]}
        """

    Scenario: nothing stands
      Given records of A and B were sent as "b-1"
      And Fan has checked "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 0        | 9500       | no       |
        | 1        | 0        | 9500       | no       |
      When Ouyang sends activities:CreditBatch
        """
        {"programme": "tianfu", "batch": "b-1", "tranche": 0}
        """
      Then the effects hold
        """
        [{"kind": "activities.rejected", "count": "2"}]
        """

    Scenario: a registered device is credited at once
      Given the source is a registered device
      When records of A and B are sent as "b-1"
      Then the effects hold
        """
        [{"kind": "activities.recorded", "points": "36"}]
        """

    Scenario: the account was frozen meanwhile
      Given records of A and B were sent as "b-1"
      And Fan has checked "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 9500       | no       |
        | 1        | 1        | 9500       | no       |
      And Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "stolen phone"}
        """
      When Ouyang sends activities:CreditBatch
        """
        {"programme": "tianfu", "batch": "b-1", "tranche": 0}
        """
      Then the effects hold
        """
        [{"count": "1", "points": "18"}]
        """

  Rule: verdicts are about the record's own evidence, all of them, by somebody without a part in it
    Background:
      Given records of A and B were sent as "b-1"

    Scenario: an unsure model alone
      When Fan checks "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 8999       | no       |
        | 1        | 1        | 9000       | no       |
      Then it is refused with activities.reviewer_needed, field "verdicts", value "0", params {"confidence": "8999", "limit": "9000"}

    Scenario: a record is left out
      When Fan checks "b-1"
        | position | accepted | confidence | reviewer |
        | 1        | 1        | 9000       | no       |
      Then it is refused with activities.verdict_missing, field "verdicts", value "0"

    Scenario: another image
      When Fan checks "b-1" by another image
      Then it is refused with activities.verdict_evidence

    Scenario: the same batch twice
      Given Fan has checked "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 9500       | no       |
        | 1        | 1        | 9500       | no       |
      When Fan checks "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 9500       | no       |
        | 1        | 1        | 9500       | no       |
      Then it is refused with states.not_allowed, field "batch", value "checked", params {"allowed": "credited, rejected", "to": "checked"}

    Scenario: the source's own organisation
      Given the source's organisation verifies too
      When Dong checks "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 9500       | no       |
        | 1        | 1        | 9500       | no       |
      Then it is refused with activities.verifier_involved, field "batch", value "$metro"

    Scenario: a batch under review is not reversed
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [], "reason": "wrong"}
        """
      Then it is refused with states.required, field "batch", value "submitted", params {"allowed": "credited, rejected, reversed"}

  Rule: what was turned down can be appealed, and the regulator rules
    Background:
      Given records of A and B were sent as "b-1"
      And Fan has checked "b-1"
        | position | accepted | confidence | reviewer |
        | 0        | 1        | 9500       | no       |
        | 1        | 0        | 9500       | no       |
      And Ouyang has sent activities:CreditBatch
        """
        {"programme": "tianfu", "batch": "b-1", "tranche": 0}
        """

    Scenario: upheld, once
      Given Ouyang has sent activities:AppealRecord
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "reason": "the receipt shows it", "evidence": "$receipt"}
        """
      When Rui sends activities:RuleAppeal
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "verdict": "upheld", "reason": "it does", "tranche": 0}
        """
      Then the effects hold
        """
        [{"kind": "activities.appealed", "status": "upheld"}, {"kind": "activities.credited", "count": "1", "points": "18"}]
        """
      And B has 18 points
      When Rui sends activities:RuleAppeal
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "verdict": "upheld", "reason": "again", "tranche": 0}
        """
      Then it is refused with activities.appeal_ruled, field "position", value "1", params {"status": "upheld"}
      When Rui asks activities:Reexecute
        """
        {"programme": "tianfu", "batch": "b-1"}
        """
      Then the answer holds
        """
        {"agrees": true, "grams": "37420"}
        """

    Scenario: dismissed
      Given Ouyang has sent activities:AppealRecord
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "reason": "please", "evidence": "$nothing"}
        """
      When Rui asks activities:Appeal
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1}
        """
      Then the answer holds
        """
        {"status": "open"}
        """
      When Rui sends activities:RuleAppeal
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "verdict": "dismissed", "reason": "no proof", "tranche": 0}
        """
      Then the effects hold
        """
        [{"kind": "activities.appealed", "status": "dismissed"}]
        """
      And B has 0 points
      When Ouyang sends activities:AppealRecord
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "reason": "please", "evidence": "$nothing"}
        """
      Then it is refused with activities.appeal_exists, field "position", value "1"

    Scenario: what was credited, and too late
      When Ouyang sends activities:AppealRecord
        """
        {"programme": "tianfu", "batch": "b-1", "position": 0, "reason": "more", "evidence": "$nothing"}
        """
      Then it is refused with activities.position_stands, field "position", value "0"
      When 61 days pass
      And Ouyang sends activities:AppealRecord
        """
        {"programme": "tianfu", "batch": "b-1", "position": 1, "reason": "late", "evidence": "$nothing"}
        """
      Then it is refused with activities.appeal_late, field "position", value "1", params {"until": "2027-01-20"}

  Rule: a later sample may reverse
    Scenario: one of two fails
      Given the source is a registered device
      And records of A and B were sent as "b-1"
      When Fan and Fu sample "b-1"
        | position | accepted | confidence | reviewer |
        | 1        | 0        | 9900       | yes      |
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"purpose": "sample", "refused": "1"}, {"kind": "activities.reversed", "count": "1", "points": "18"}]
        """
      And B has 0 points
