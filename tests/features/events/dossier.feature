Feature: events:FileRules, PublishPlan, Hold, Cancel, Account, Attest, OffsetByRetirement, OffsetOutside, Declare, Archive
  A dossier begins with a published plan: subject, boundary, steps. The event is held, accounted by category,
  attested by a verifier, offset, declared, archived. The ledger refuses a declaration until all of it holds.
  Which kinds of event and of offset count, for what, and until when, is a version of rules that are data.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "host" with roles "event_organiser", for whom "Ho" acts
    And organisation "guest" with roles "public_institution", for whom "Gu" acts
    And Rui and Ren have sent events:FileRules
      """
      {"version": 1, "rules": {"kinds": ["competition", "meeting"], "categories": ["electricity", "transport", "catering"], "offsets": [{"kind": "credit"}, {"kind": "allowance"}, {"kind": "green_power", "category": "electricity"}], "deadline_days": 365, "assessment_threshold_kg": 50}}
      """
    And Ho has sent events:PublishPlan
      """
      {"event": "marathon", "kind": "competition", "region": "510100", "rules": 1, "plan": {"title": "城市马拉松", "subject": "赛事组委会", "boundary": "赛场与接驳", "steps": ["减排", "核算", "抵消"], "document": "$plan", "first_day": "2026-11-22", "last_day": "2026-11-23"}}
      """

  Rule: rules are versions, filed by two
    Scenario: the next version, and the plan under the one before
      Given Rui and Ren have sent events:FileRules
        """
        {"version": 2, "rules": {"kinds": ["competition", "meeting"], "categories": ["electricity", "transport", "catering"], "offsets": [{"kind": "credit"}, {"kind": "allowance"}, {"kind": "green_power", "category": "electricity"}], "deadline_days": 365, "assessment_threshold_kg": 50}}
        """
      When Ho sends events:PublishPlan
        """
        {"event": "forum", "kind": "meeting", "region": "510100", "rules": 1, "plan": {"title": "城市马拉松", "subject": "赛事组委会", "boundary": "赛场与接驳", "steps": ["减排", "核算", "抵消"], "document": "$plan", "first_day": "2026-11-22", "last_day": "2026-11-23"}}
        """
      Then it is refused with events.rules_absent, field "rules", value "1", params {"expected": "the newest"}

    Scenario: a version is filed once
      When Rui sends events:FileRules
        """
        {"version": 1, "rules": {"kinds": ["competition", "meeting"], "categories": ["electricity", "transport", "catering"], "offsets": [{"kind": "credit"}, {"kind": "allowance"}, {"kind": "green_power", "category": "electricity"}], "deadline_days": 365, "assessment_threshold_kg": 50}}
        """
      Then it is refused with events.exists, field "rules", value "1"

    Scenario: an offset for a category that there is not
      When Rui sends events:FileRules
        """
        {"version": 2, "rules": {"kinds": ["meeting"], "categories": ["transport"], "offsets": [{"kind": "green_power", "category": "electricity"}], "deadline_days": 365, "assessment_threshold_kg": 0}}
        """
      Then it is refused with events.rules_shape, field "rules.offsets", value "electricity"

  Rule: the plan comes first
    Scenario: a kind that the rules do not know
      When Ho sends events:PublishPlan
        """
        {"event": "gig", "kind": "performance", "region": "510100", "rules": 1, "plan": {"title": "城市马拉松", "subject": "赛事组委会", "boundary": "赛场与接驳", "steps": ["减排", "核算", "抵消"], "document": "$plan", "first_day": "2026-11-22", "last_day": "2026-11-23"}}
        """
      Then it is refused with events.kind, field "kind", value "performance"

    Scenario: after the event began
      Given today is 2026-11-23
      When Ho sends events:PublishPlan
        """
        {"event": "late", "kind": "meeting", "region": "510100", "rules": 1, "plan": {"title": "城市马拉松", "subject": "赛事组委会", "boundary": "赛场与接驳", "steps": ["减排", "核算", "抵消"], "document": "$plan", "first_day": "2026-11-22", "last_day": "2026-11-23"}}
        """
      Then it is refused with events.days, field "plan", value "2026-11-23", params {"first": "2026-11-22", "last": "2026-11-23"}

    Scenario: an id is used once
      When Gu sends events:PublishPlan
        """
        {"event": "marathon", "kind": "meeting", "region": "510100", "rules": 1, "plan": {"title": "城市马拉松", "subject": "赛事组委会", "boundary": "赛场与接驳", "steps": ["减排", "核算", "抵消"], "document": "$plan", "first_day": "2026-11-22", "last_day": "2026-11-23"}}
        """
      Then it is refused with events.exists, field "event", value "marathon"

    Scenario: held before its last day, or by another
      When Ho sends events:Hold
        """
        {"event": "marathon", "document": "$record"}
        """
      Then it is refused with events.days, field "event", value "2026-11-21", params {"first": "2026-11-22", "last": "2026-11-23"}
      When Gu sends events:Hold
        """
        {"event": "marathon", "document": "$record"}
        """
      Then it is refused with organisations.not_own, field "event", value "$guest", params {"owner": "$host"}

    Scenario: called off
      When Ho sends events:Cancel
        """
        {"event": "marathon", "reason": "storm"}
        """
      Then the effects hold
        """
        [{"kind": "events.changed", "status": "cancelled", "note": "storm"}]
        """

  Rule: a verifier attests the accounts
    Background:
      Given today is 2026-11-24
      And Ho has sent events:Hold
        """
        {"event": "marathon", "document": "$record"}
        """

    Scenario: an unknown category
      When Ho sends events:Account
        """
        {"event": "marathon", "lines": [{"category": "fireworks", "kg": 1}], "report": "$report"}
        """
      Then it is refused with events.category, field "lines[0].category", value "fireworks"

    Scenario: no offset before the accounts are attested
      Given Ho has sent events:Account
        """
        {"event": "marathon", "lines": [{"category": "transport", "kg": 60}], "report": "$report"}
        """
      When Ho sends events:OffsetOutside
        """
        {"event": "marathon", "kind": "allowance", "registry": "shanghai-ets", "serial": "A-1", "quantity": "10", "document": "$proof"}
        """
      Then it is refused with events.not_attested, field "event", value "marathon"
      When Fan sends events:Attest
        """
        {"event": "marathon", "accounts": "$other", "verdict": "attested", "report": "$verified"}
        """
      Then it is refused with events.other_accounts, field "accounts", value "$other", params {"report": "$report"}
      When Fan sends events:Attest
        """
        {"event": "marathon", "accounts": "$report", "verdict": "returned", "report": "$verified"}
        """
      Then it is done
      When Ho sends events:Account
        """
        {"event": "marathon", "lines": [{"category": "transport", "kg": 61}], "report": "$report2"}
        """
      Then the effects hold
        """
        [{"status": "accounted", "emissions_kg": "61"}]
        """

  Rule: a declaration holds or is refused
    Background:
      Given today is 2026-11-24
      And Ho has sent events:Hold
        """
        {"event": "marathon", "document": "$record"}
        """
      And Ho has sent events:Account
        """
        {"event": "marathon", "lines": [{"category": "transport", "kg": 60}, {"category": "electricity", "kg": 30}], "report": "$report"}
        """
      And Fan has sent events:Attest
        """
        {"event": "marathon", "accounts": "$report", "verdict": "attested", "report": "$verified"}
        """
      And Ono has sent retirements:Retire
        """
        {"retirement": "r-1", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}],
         "beneficiary": {"organisation": "$host", "person": ""}, "purpose": "event", "reference": "marathon", "reason": "赛事碳中和"}
        """

    Scenario: nothing offset yet
      When Ho sends events:Declare
        """
        {"event": "marathon", "claim": "partial"}
        """
      Then it is refused with states.not_allowed, field "event", value "accounted", params {"to": "declared", "allowed": "held, offset"}

    Scenario: green power counts for electricity and no more
      Given Ho has sent events:OffsetOutside
        """
        {"event": "marathon", "kind": "green_power", "registry": "power-exchange", "serial": "GEC-7", "quantity": "90", "document": "$proof"}
        """
      When Ho sends events:Declare
        """
        {"event": "marathon", "claim": "full"}
        """
      Then it is refused with events.not_offset, field "claim", value "30", params {"emissions": "90"}
      When Ho sends events:Declare
        """
        {"event": "marathon", "claim": "partial"}
        """
      Then the effects hold
        """
        [{"kind": "events.declared", "claim": "partial", "emissions_kg": "90", "counted_kg": "30", "day": "2026-11-24"}]
        """

    Scenario: credits, green power and allowances together, then archived
      Given Ho has sent events:OffsetByRetirement
        """
        {"event": "marathon", "retirement": "r-1"}
        """
      And Ho has sent events:OffsetOutside
        """
        {"event": "marathon", "kind": "green_power", "registry": "power-exchange", "serial": "GEC-7", "quantity": "30", "document": "$proof"}
        """
      And Ho has sent events:OffsetOutside
        """
        {"event": "marathon", "kind": "allowance", "registry": "shanghai-ets", "serial": "A-1", "quantity": "20", "document": "$proof"}
        """
      When Ho sends events:Declare
        """
        {"event": "marathon", "claim": "full"}
        """
      Then the effects hold
        """
        [{"kind": "events.declared", "claim": "full", "counted_kg": "90"}]
        """
      When Rui sends events:Archive
        """
        {"event": "marathon", "document": "$dossier"}
        """
      Then it is done
      When Ho sends events:OffsetByRetirement
        """
        {"event": "marathon", "retirement": "r-1"}
        """
      Then it is refused with events.offset_used, field "offset", value "r-1", params {"used_for": "event:marathon"}

    Scenario: one serial elsewhere offsets once
      Given Ho has sent events:OffsetOutside
        """
        {"event": "marathon", "kind": "allowance", "registry": "shanghai-ets", "serial": "A-1", "quantity": "20", "document": "$proof"}
        """
      When Ho sends events:OffsetOutside
        """
        {"event": "marathon", "kind": "allowance", "registry": "shanghai-ets", "serial": "A-1", "quantity": "20", "document": "$proof"}
        """
      Then it is refused with events.offset_used, field "offset", value "A-1", params {"used_for": "event:marathon"}

    Scenario: a kind that the rules do not allow
      When Ho sends events:OffsetOutside
        """
        {"event": "marathon", "kind": "ccer", "registry": "ccer", "serial": "C-1", "quantity": "20", "document": "$proof"}
        """
      Then it is refused with events.offset_kind, field "kind", value "ccer"

    Scenario: a retirement for something else
      Given Ono has sent retirements:Retire
        """
        {"retirement": "r-2", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}],
         "beneficiary": {"organisation": "$host", "person": ""}, "purpose": "event", "reference": "another", "reason": "r"}
        """
      When Ho sends events:OffsetByRetirement
        """
        {"event": "marathon", "retirement": "r-2"}
        """
      Then it is refused with events.retirement, field "retirement", value "r-2", params {"mismatch": "reference"}

    Scenario: after the deadline
      Given Ho has sent events:OffsetByRetirement
        """
        {"event": "marathon", "retirement": "r-1"}
        """
      And today is 2027-11-24
      When Ho sends events:Declare
        """
        {"event": "marathon", "claim": "partial"}
        """
      Then it is refused with events.deadline, field "event", value "2027-11-24", params {"until": "2027-11-23"}

    Scenario: attested accounts stand
      When Ho sends events:Account
        """
        {"event": "marathon", "lines": [{"category": "transport", "kg": 1}], "report": "$report"}
        """
      Then it is refused with events.attested, field "event", value "marathon"
