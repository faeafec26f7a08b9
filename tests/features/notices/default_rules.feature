Feature: notices before any rules are set
  Until two persons of the regulator set rules, no kind is on notice: the documents state no lengths, so none is assumed.
  Whoever asks is told so.

  Background:
    Given the people of a project

  Rule: the default is shown, and puts nothing on notice
    Scenario: asked before rules are set
      When Hu asks notices:Rules
        """
        {}
        """
      Then the answer holds
        """
        {"calendar": "default", "methodology": 0, "project": 0, "issuance": 0}
        """
      When Rui sends notices:Publish
        """
        {"kind": "project", "subject": "grove", "document": "$design"}
        """
      Then it is refused with notices.no_rules, field "kind", value "project"

    Scenario: asked afterwards
      Given Rui and Ren have sent notices:SetRules
        """
        {"calendar": "2026-1", "since": "2026-01-01", "until": "2026-12-31", "holidays": [], "worked_weekends": [],
         "methodology": 0, "project": 5, "issuance": 3}
        """
      When Hu asks notices:Rules
        """
        {}
        """
      Then the answer holds
        """
        {"calendar": "2026-1", "project": 5, "issuance": 3}
        """
