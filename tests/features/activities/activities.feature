Feature: activities recorded in batches: activities:RegisterSource and RecordBatch
  A batch holds claims of one scene under one filed methodology version, signed by one registered source. Grams
  come from the formula, points from the programme's rule for the scene: here 1 point for 1000 grams, the rest
  carried, or 5 points flat for dining. Each claim is credited or rejected by itself. A slot is claimed once.

  Background:
    Given a programme with accounts A and B

  Rule: points follow grams, and no fraction is lost
    Scenario: fractions add up over batches
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
        | A       | 2026-11-20 | 09:00 | 5000   |
        | B       | 2026-11-20 | 09:00 | 1000   |
      Then the effects hold
        """
        [{"kind": "activities.recorded", "batch": "b-1", "count": "3", "reduction_g": "2993", "points": "2",
          "methodology": "bus-trip", "data_source": "gate-1", "expires": "2027-12-31"}]
        """
      When the operator records "b-2"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 18:00 | 1037   |
      Then the effects hold
        """
        [{"reduction_g": "194", "points": "1"}]
        """

    Scenario: a flat award
      When the operator records "b-1" for scene "dining"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 12:00 | 1      |
      Then the effects hold
        """
        [{"points": "5"}]
        """

  Rule: one bad record does not spoil the others, and each says why
    Scenario: every kind of rejection beside one good record
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
        | A       | 2026-11-20 | 08:29 | 10000  |
        | C       | 2026-11-20 | 08:00 | 10000  |
        | A       | 2026-11-20 | 10:00 | 200001 |
        | A       | 2026-11-16 | 08:00 | 10000  |
        | A       | 2026-11-21 | 08:01 | 10000  |
      Then the effects hold
        """
        [{"count": "6", "reduction_g": "1871", "points": "1", "rejected": [
          {"position": "1", "code": "activities.slot_claimed"},
          {"position": "2", "code": "activities.account_unknown"},
          {"position": "3", "code": "activities.input_range"},
          {"position": "4", "code": "activities.claim_closed"},
          {"position": "5", "code": "activities.in_future"}]}]
        """
      When Rui asks activities:Records
        """
        {"programme": "tianfu", "batch": "b-1", "first": 0, "count": 2}
        """
      Then the answer holds
        """
        [{"state": "credited", "grams": "1871", "points": "1", "inputs": [10000], "code": ""},
         {"state": "rejected", "grams": "0", "points": "0", "code": "activities.slot_claimed"}]
        """

    Scenario: a trip is claimed once, in whatever batch
      Given the operator has recorded "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      When the operator records "b-2"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:10 | 10000  |
      Then the effects hold
        """
        [{"reduction_g": "0", "points": "0", "rejected": [{"position": "0", "code": "activities.slot_claimed"}]}]
        """

    Scenario: so many records a day
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 06:00 | 100    |
        | A       | 2026-11-20 | 07:00 | 100    |
        | A       | 2026-11-20 | 08:00 | 100    |
        | A       | 2026-11-20 | 09:00 | 100    |
        | A       | 2026-11-20 | 10:00 | 100    |
        | A       | 2026-11-19 | 10:00 | 100    |
      Then the effects hold
        """
        [{"rejected": [{"position": "4", "code": "activities.day_records"}]}]
        """

    Scenario: a frozen account
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "complaint"}
        """
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 06:00 | 100    |
      Then the effects hold
        """
        [{"rejected": [{"position": "0", "code": "activities.account_inactive"}]}]
        """

  Rule: a batch is signed by its source, for this batch alone
    Scenario: another key
      When the operator records "b-1" signed by another key
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      Then it is refused with activities.signature, field "signature", value "b-1", params {"source": "gate-1"}

    Scenario: a revoked source
      Given Rui has sent activities:RevokeSource
        """
        {"source": "gate-1", "reason": "stolen"}
        """
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      Then it is refused with activities.source_revoked, field "source", value "gate-1"

    Scenario: a rotated key takes the place of the old one
      Given Dong and Dai have sent activities:RotateSource
        """
        {"source": "gate-1", "key": "$newkey"}
        """
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      Then it is refused with activities.signature

  Rule: a batch has one id, a filed methodology, and whole records
    Scenario: the id is taken
      Given the operator has recorded "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      When the operator records "b-1"
        | account | day        | time  | metres |
        | B       | 2026-11-20 | 08:00 | 10000  |
      Then it is refused with activities.batch_exists, field "batch", value "b-1"

    Scenario: a suspended methodology
      Given methodology "bus-trip" is suspended
      When the operator records "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      Then it is refused with methodologies.not_filed, field "methodology", value "bus-trip", params {"status": "suspended"}

    Scenario: half a record
      When the operator records "b-1" with 61 bytes
      Then it is refused with activities.records_width, field "records", value "61", params {"width": "60"}

    Scenario: a scene that the programme has not
      When the operator records "b-1" for scene "skating"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      Then it is refused with points.scene_unknown

  Rule: a recorded batch is computed again from its inputs
    Scenario: the same grams and the same root
      Given the operator has recorded "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
        | A       | 2026-11-20 | 08:10 | 10000  |
        | B       | 2026-11-20 | 09:00 | 1000   |
      When Rui asks activities:Reexecute
        """
        {"programme": "tianfu", "batch": "b-1"}
        """
      Then the answer holds
        """
        {"agrees": true, "differing": [], "grams": "2058"}
        """

  Rule: wrong records are reversed by two persons, and spent points become a debt
    Scenario: one record of two, then the rest
      Given the operator has recorded "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 100000 |
        | B       | 2026-11-20 | 09:00 | 100000 |
        | C       | 2026-11-20 | 09:00 | 100000 |
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [1], "reason": "a tampered gate"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "activities.reversed", "count": "1", "points": "18", "reduction_g": "18710", "debt": "0"}]
        """
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [1], "reason": "again"}
        """
      Then it is refused with activities.position_reversed, field "positions", value "1"
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [2], "reason": "again"}
        """
      Then it is refused with activities.position_rejected, field "positions", value "2"
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [3], "reason": "again"}
        """
      Then it is refused with activities.position_unknown, field "positions", value "3", params {"count": "3"}
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [], "reason": "all of it"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"count": "1", "points": "18"}]
        """
      When Rui asks activities:Batch
        """
        {"programme": "tianfu", "batch": "b-1"}
        """
      Then the answer holds
        """
        {"status": "reversed", "reversed": [0, 1], "rejected": 1}
        """

    Scenario: what was given away is owed, and the next points repay it
      Given the operator has recorded "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 100000 |
      And Ouyang has sent points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "18"}
        """
      When Ouyang and Ota send activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [], "reason": "wrong"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"points": "18", "debt": "18"}]
        """
      When the operator records "b-2"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 18:00 | 100000 |
      Then the effects hold
        """
        [{"points": "19", "debt_repaid": "18"}]
        """

  Rule: activities:Batches and activities:Source are public
    Scenario: a recorded batch and the source that signed it
      Given the operator has recorded "b-1"
        | account | day        | time  | metres |
        | A       | 2026-11-20 | 08:00 | 10000  |
      When Rui asks activities:Batches
        """
        {"programme": "tianfu"}
        """
      Then the answer holds
        """
        {"items": [{"source": "gate-1"}], "bookmark": ""}
        """
      When Rui asks activities:Source
        """
        {"source": "gate-1"}
        """
      Then the answer holds
        """
        {"status": "active"}
        """
