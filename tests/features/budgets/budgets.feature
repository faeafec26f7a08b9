Feature: energy and carbon budgets (budgets:Get), readings and red cards
  An institution drafts a budget a year; the regulator approves it and puts it in force. Metering, direct reports
  and audits may say different things of one meter's month: all of it is kept, which counts is decided, and until
  then the largest does. Use is reckoned from what counts. A breach brings a red card, which only evidence of
  rectification clears.

  Background:
    Given organisation "institute" with roles "public_institution", for whom "Hai" acts
    And organisation "other" with roles "public_institution", for whom "Ott" acts
    And organisation "metro" with roles "data_source", for whom "Dan" acts
    And organisation "verifier" with roles "verifier", for whom "Fan" acts
    And Rui and Ren have sent budgets:FileFactor
      """
      {"carrier": "electricity", "version": 1, "unit": "Wh", "gce": {"numerator": 1229, "denominator": 10000}, "gco2": {"numerator": 57, "denominator": 100}, "source": "等价值以当年公布为准", "document": "$factors", "first_day": "2025-01-01"}
      """
    And Hai has sent budgets:RecordInstitution
      """
      {"year": 2026, "sort": "party-and-government", "grade": "municipal", "floor_m2": "4000", "headcount": "120", "document": "$survey"}
      """
    And Hai has sent budgets:RegisterMeter
      """
      {"meter": "main", "carrier": "electricity", "source": "$metro"}
      """
    And Hai has sent budgets:Draft
      """
      {"year": 2026, "energy_gce": "1000000", "carbon_g": "9000000", "thresholds": [8000, 10000], "document": "$budget"}
      """

  Rule: a budget is approved before it is in force, by the regulator
    Scenario: a draft is not put in force
      When Rui sends budgets:PutInForce
        """
        {"institution": "$institute", "year": 2026, "reason": "year begins"}
        """
      Then it is refused with states.not_allowed, field "budget", value "draft", params {"to": "in_force", "allowed": "approved"}

    Scenario: a draft is not reckoned
      When Hai sends budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      Then it is refused with states.required, field "budget", value "draft", params {"allowed": "in_force, adjusted"}

    Scenario: an approved budget is not drafted again
      Given Rui has sent budgets:Approve
        """
        {"institution": "$institute", "year": 2026, "reason": "within the plan"}
        """
      When Hai sends budgets:Draft
        """
        {"year": 2026, "energy_gce": "2000000", "carbon_g": "9000000", "thresholds": [8000], "document": "$budget"}
        """
      Then it is refused with budgets.exists, field "year", value "2026"

    Scenario: thresholds rise
      When Hai sends budgets:Draft
        """
        {"year": 2026, "energy_gce": "1000000", "carbon_g": "9000000", "thresholds": [9000, 8000], "document": "$budget"}
        """
      Then it is refused with budgets.thresholds, field "thresholds", value "9000,8000"

    Scenario: two persons adjust, as the next version
      Given the institute's budget is in force
      When Rui and Ren send budgets:Adjust
        """
        {"institution": "$institute", "year": 2026, "reason": "new wing", "document": "$grant", "energy_gce": "1500000", "carbon_g": "9000000", "thresholds": [8000]}
        """
      Then Rui asks for the institute's year
      And the answer holds
        """
        {"budget": {"status": "adjusted", "version": 2, "energy_gce": "1500000"}, "red_card": null}
        """

  Rule: factors follow each other in one unit
    Scenario: a version once
      When Rui and Ren send budgets:FileFactor
        """
        {"carrier": "electricity", "version": 1, "unit": "Wh", "gce": {"numerator": 1, "denominator": 1}, "gco2": {"numerator": 1, "denominator": 1}, "source": "s", "document": "$factors", "first_day": "2025-01-01"}
        """
      Then it is refused with budgets.exists, field "version", value "1"

    Scenario: another unit
      When Rui and Ren send budgets:FileFactor
        """
        {"carrier": "electricity", "version": 2, "unit": "litre", "gce": {"numerator": 1, "denominator": 1}, "gco2": {"numerator": 1, "denominator": 1}, "source": "s", "document": "$factors", "first_day": "2025-01-01"}
        """
      Then it is refused with budgets.sequence, field "unit", value "litre", params {"expected": "Wh"}

  Rule: a reading comes from whom its source names, for a month that is over
    Scenario: another institution's report
      When Ott sends budgets:Read
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "main", "source": "report", "quantity": "1000000", "factor": 1, "document": "$r"}
        """
      Then it is refused with organisations.not_own, field "source", value "$other", params {"owner": "$institute"}

    Scenario: an institution meters nothing itself
      When Hai sends budgets:Read
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "main", "source": "metering", "quantity": "1000000", "factor": 1, "document": "$r"}
        """
      Then it is refused with budgets.reading_source, field "source", value "metering", params {"expected": "data_source"}

    Scenario: a month that is not over
      When Dan sends budgets:Read
        """
        {"institution": "$institute", "year": 2026, "month": 11, "meter": "main", "source": "metering", "quantity": "1000000", "factor": 1, "document": "$r"}
        """
      Then it is refused with budgets.reading_future, field "month", value "2026-11", params {"today": "2026-11-21"}

    Scenario: a meter that nobody registered
      When Dan sends budgets:Read
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "attic", "source": "metering", "quantity": "1", "factor": 1, "document": "$r"}
        """
      Then it is refused with budgets.meter_unknown, field "meter", value "attic", params {"institution": "$institute"}

    Scenario: a meter once
      When Hai sends budgets:RegisterMeter
        """
        {"meter": "main", "carrier": "electricity", "source": "$metro"}
        """
      Then it is refused with budgets.exists, field "meter", value "main"

  Rule: readings draw the budget down, and use alerts at thresholds once
    Scenario: eighty per cent
      Given the institute's budget is in force
      And Dan has read 7000000 Wh in month 1
      When Hai sends budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the effects hold
        """
        [{"kind": "budgets.reckoned", "energy_gce": "860300", "carbon_g": "3990000", "unsettled": "0"}, {"kind": "budgets.alerted", "of": "energy", "threshold_basis_points": "8000"}]
        """
      When Hai sends budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the effects hold
        """
        [{"kind": "budgets.reckoned", "energy_gce": "860300"}]
        """

  Rule: conflicting readings are all kept, and which one counts is a recorded decision
    Scenario: the largest counts until it is decided
      Given the institute's budget is in force
      And Dan has read 7000000 Wh in month 1
      And Hai has reported 5000000 Wh in month 1
      When Hai sends budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the effects hold
        """
        [{"kind": "budgets.reckoned", "energy_gce": "860300", "unsettled": "1"}, {"kind": "budgets.alerted"}]
        """
      When Rui sends budgets:Close
        """
        {"institution": "$institute", "year": 2026, "reason": "year over"}
        """
      Then it is refused with budgets.unsettled, field "year", value "1"
      When Rui sends budgets:Decide
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "main", "number": 3, "reason": "typo"}
        """
      Then it is refused with budgets.reading_absent, field "number", value "3", params {"count": "2"}
      When Rui sends budgets:Decide
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "main", "number": 2, "reason": "the meter ran fast"}
        """
      And Hai sends budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the effects hold
        """
        [{"kind": "budgets.reckoned", "energy_gce": "614500", "unsettled": "0"}]
        """
      When Rui asks budgets:Readings
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the answer holds
        """
        {"items": [{"decided": 2, "readings": [{"source": "metering", "quantity": "7000000"}, {"source": "report", "quantity": "5000000"}]}]}
        """

    Scenario: an audit's reading reopens the decision
      Given the institute's budget is in force
      And Dan has read 7000000 Wh in month 1
      And Rui has sent budgets:Decide
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "main", "number": 1, "reason": "the only one"}
        """
      When Fan sends budgets:Read
        """
        {"institution": "$institute", "year": 2026, "month": 1, "meter": "main", "source": "audit", "quantity": "7100000", "factor": 1, "document": "$r"}
        """
      And Hai sends budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the effects hold
        """
        [{"kind": "budgets.reckoned", "energy_gce": "872590", "unsettled": "1"}, {"kind": "budgets.alerted"}]
        """

  Rule: a breach brings a red card, and only evidence of rectification clears it
    Scenario: within the budget
      Given the institute's budget is in force
      And Dan has read 7000000 Wh in month 1
      When Rui sends budgets:ShowRedCard
        """
        {"institution": "$institute", "year": 2026, "reason": "over", "document": "$notice"}
        """
      Then it is refused with budgets.no_breach, field "year", value "2026", params {"energy": "860300", "carbon": "3990000"}

    Scenario: no card while readings disagree
      Given the institute's budget is in force
      And Dan has read 9000000 Wh in month 1
      And Hai has reported 5000000 Wh in month 1
      When Rui sends budgets:ShowRedCard
        """
        {"institution": "$institute", "year": 2026, "reason": "over", "document": "$notice"}
        """
      Then it is refused with budgets.unsettled, field "year", value "1"

    Scenario: card, plan, evidence, cleared
      Given the institute's budget is in force
      And Dan has read 9000000 Wh in month 1
      When Rui sends budgets:ShowRedCard
        """
        {"institution": "$institute", "year": 2026, "reason": "over", "document": "$notice"}
        """
      Then the effects hold
        """
        [{"kind": "budgets.red_card_changed", "status": "shown", "day": "$today"}]
        """
      When Rui sends budgets:ClearRedCard
        """
        {"institution": "$institute", "year": 2026, "reason": "credits were retired", "document": "$certificate"}
        """
      Then it is refused with states.not_allowed, field "red_card", value "shown", params {"to": "cleared", "allowed": "planned"}
      When Rui sends budgets:Close
        """
        {"institution": "$institute", "year": 2026, "reason": "year over"}
        """
      Then it is refused with budgets.open_card, field "year", value "shown"
      When Ott sends budgets:PlanRectification
        """
        {"institution": "$institute", "year": 2026, "reason": "lamps", "document": "$plan"}
        """
      Then it is refused with organisations.not_own, field "institution", value "$other", params {"owner": "$institute"}
      Given Hai has sent budgets:PlanRectification
        """
        {"institution": "$institute", "year": 2026, "reason": "lamps", "document": "$plan"}
        """
      And Hai has sent budgets:SubmitRectification
        """
        {"institution": "$institute", "year": 2026, "reason": "lamps replaced", "document": "$photos"}
        """
      And Rui has sent budgets:ReturnRectification
        """
        {"institution": "$institute", "year": 2026, "reason": "only half", "document": "$plan2"}
        """
      And Hai has sent budgets:SubmitRectification
        """
        {"institution": "$institute", "year": 2026, "reason": "all of them", "document": "$photos2"}
        """
      And Rui has sent budgets:ClearRedCard
        """
        {"institution": "$institute", "year": 2026, "reason": "seen", "document": "$visit"}
        """
      When Rui sends budgets:Close
        """
        {"institution": "$institute", "year": 2026, "reason": "year over"}
        """
      Then the effects hold
        """
        [{"kind": "budgets.status_changed", "status": "closed"}]
        """
      When Rui asks budgets:RedCards
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"status": "cleared", "energy_over_gce": "106100", "carbon_over_g": "0", "plan": "$plan2", "evidence": "$photos2"}]}
        """

  Rule: institutions record floor area and headcount, by which audits and benchmarks go
    Scenario: 4,000 m² and little energy need no audit; 5,000 m² do
      When Rui asks budgets:AuditDue
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the answer holds
        """
        {"due": false}
        """
      Given Hai has sent budgets:RecordInstitution
        """
        {"year": 2026, "sort": "party-and-government", "grade": "municipal", "floor_m2": "5000", "headcount": "120", "document": "$survey"}
        """
      When Rui asks budgets:AuditDue
        """
        {"institution": "$institute", "year": 2026}
        """
      Then the answer holds
        """
        {"due": true}
        """

    Scenario: reckoned years are ranked in their class and grade
      Given the institute's budget is in force
      And Dan has read 7000000 Wh in month 1
      And Hai has sent budgets:Reckon
        """
        {"institution": "$institute", "year": 2026}
        """
      When Rui asks budgets:Benchmark
        """
        {"year": 2026, "sort": "party-and-government", "grade": "municipal"}
        """
      Then the answer holds
        """
        {"items": [{"standing": {"energy_gce": "860300", "floor_m2": "4000"}, "rank_per_m2": 1, "rank_per_person": 1}]}
        """
