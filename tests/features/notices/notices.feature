Feature: public notices before methodologies, projects and issuance
  The regulator's rules say how many working days each kind is on notice, by a versioned calendar. Organisations comment,
  the regulator answers, and the step after the notice is refused before it is over and everything is answered.

  Background:
    Given the people of a project
    And Rui and Ren have sent notices:SetRules
      """
      {"calendar": "2026-1", "since": "2026-01-01", "until": "2027-02-28", "holidays": ["2026-11-24"], "worked_weekends": ["2026-11-28"], "methodology": 0, "project": 5, "issuance": 0}
      """
    And a validated project

  Rule: the step after a notice waits for its end and for the answers
    Scenario: no notice, an open one, an unanswered comment, and registered
      When Rui sends projects:Register
        """
        {"project": "grove", "reason": "fit"}
        """
      Then it is refused with notices.not_published, field "project", value "grove"
      When Rui sends notices:Publish
        """
        {"kind": "project", "subject": "grove", "document": "$design"}
        """
      Then the effects hold
        """
        [{"kind": "notices.published", "subject": "grove", "ends": "2026-11-28", "calendar": "2026-1"}]
        """
      When Rui sends notices:Publish
        """
        {"kind": "project", "subject": "grove", "document": "$design"}
        """
      Then it is refused with notices.exists, field "subject", value "grove"
      When Hu sends notices:Comment
        """
        {"kind": "project", "subject": "grove", "number": 1, "text": "the boundary crosses a road"}
        """
      Then it is done
      When 7 days go by
      And Rui sends projects:Register
        """
        {"project": "grove", "reason": "fit"}
        """
      Then it is refused with notices.still_open, field "project", value "grove", params {"until": "2026-11-28"}
      When 1 days go by
      And Rui sends projects:Register
        """
        {"project": "grove", "reason": "fit"}
        """
      Then it is refused with notices.unanswered, field "project", value "$holder:1"
      When Hu sends notices:Comment
        """
        {"kind": "project", "subject": "grove", "number": 2, "text": "late"}
        """
      Then it is refused with notices.over, field "subject", value "grove", params {"until": "2026-11-28"}
      When Rui sends notices:Answer
        """
        {"kind": "project", "subject": "grove", "organisation": "$holder", "number": 1, "text": "the road is excluded"}
        """
      Then it is done
      When Rui sends projects:Register
        """
        {"project": "grove", "reason": "fit"}
        """
      Then it is done

    Scenario: a kind without a notice
      When Rui sends notices:Publish
        """
        {"kind": "issuance", "subject": "grove@1", "document": "$design"}
        """
      Then it is refused with notices.no_rules, field "kind", value "issuance"

  Rule: notices:Get and notices:Comments are public
    Scenario: a notice with a comment
      Given Rui has sent notices:Publish
        """
        {"kind": "project", "subject": "grove", "document": "$design"}
        """
      And Hu has sent notices:Comment
        """
        {"kind": "project", "subject": "grove", "number": 1, "text": "the boundary crosses a road"}
        """
      When Bo asks notices:Get
        """
        {"kind": "project", "subject": "grove"}
        """
      Then the answer holds
        """
        {"kind": "project", "subject": "grove", "calendar": "2026-1", "document": "$design"}
        """
      When Bo asks notices:Comments
        """
        {"kind": "project", "subject": "grove"}
        """
      Then the answer holds
        """
        {"items": [{"number": 1, "text": "the boundary crosses a road"}], "bookmark": ""}
        """
