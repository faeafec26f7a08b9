Feature: events:Get, List and Rules are the public page of a dossier
  A dossier is public from its plan on, with the rules that it follows.

  Rule: anybody reads them
    Scenario: a plan and its rules
      Given organisation "host" with roles "event_organiser", for whom "Ho" acts
      And organisation "guest" with roles "public_institution", for whom "Gu" acts
      And Rui and Ren have sent events:FileRules
        """
        {"version": 1, "rules": {"kinds": ["meeting"], "categories": ["electricity"], "offsets": [{"kind": "credit"}], "deadline_days": 365, "assessment_threshold_kg": 50}}
        """
      And Ho has sent events:PublishPlan
        """
        {"event": "forum", "kind": "meeting", "region": "510100", "rules": 1, "plan": {"title": "论坛", "subject": "组委会", "boundary": "会场", "steps": ["减排", "抵消"], "document": "$plan", "first_day": "2026-11-22", "last_day": "2026-11-23"}}
        """
      When Gu asks events:Get
        """
        {"event": "forum"}
        """
      Then the answer holds
        """
        {"id": "forum", "organiser": "$host", "status": "planned", "rules": 1, "plan": {"title": "论坛", "boundary": "会场", "steps": ["减排", "抵消"]}, "offsets": []}
        """
      When Gu asks events:List
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "forum"}], "bookmark": ""}
        """
      When Gu asks events:Rules
        """
        {"version": 1}
        """
      Then the answer holds
        """
        {"version": 1, "rules": {"kinds": ["meeting"], "deadline_days": 365}}
        """
      When Gu asks events:Rules
        """
        {"version": 2}
        """
      Then it is refused with contract.record_absent, field "event_rules", value "000002"
