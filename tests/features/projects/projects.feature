Feature: projects from draft to issued credits
  A project names a filed methodology, a boundary, a crediting period. A verifier that does not own it validates
  it before registration and verifies each monitoring period; the regulator approves; two persons issue.
  Periods follow each other and never overlap. Each is issued whole, once. Grams below a kilogram wait.

  Background:
    Given the people of a project

  Rule: a project moves from draft to registered by the right hands
    Scenario: an unvalidated project is not registered
      Given a drafted project
      When Rui sends projects:Register
        """
        {"project": "grove", "reason": "quick"}
        """
      Then it is refused with states.not_allowed, field "project", value "draft", params {"to": "registered", "allowed": "listed"}

    Scenario: another owner's project
      Given a drafted project
      And organisation "rival" with roles "project_owner", for whom "Rex" acts
      When Rex sends projects:List
        """
        {"project": "grove", "reason": "mine"}
        """
      Then it is refused with organisations.not_own

    Scenario: a project id is used once
      Given a drafted project
      When Ono drafts a project
      Then it is refused with projects.exists, field "project", value "grove"

    Scenario: a buffer needs its holder
      When Ono drafts a project with a buffer of 500 basis points held by nobody
      Then it is refused with projects.buffer_holder, field "buffer_holder", value "", params {"basis_points": "500"}

    Scenario: suspended and resumed
      Given a registered project
      When Rui sends projects:Suspend
        """
        {"project": "grove", "reason": "complaint"}
        """
      Then it is done
      When period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is submitted
      Then it is refused with states.required, field "project", value "suspended", params {"allowed": "registered, monitoring"}
      When Rui sends projects:Resume
        """
        {"project": "grove", "reason": "answered"}
        """
      Then the effects hold
        """
        [{"project": "grove", "status": "registered"}]
        """

  Rule: monitoring periods never overlap
    Scenario: one day twice
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is issued as 5 kg
      When period 2 from 2026-06-30 to 2026-09-30 with 5000 grams is submitted
      Then it is refused with projects.period_overlap, field "first_day", value "2026-06-30..2026-09-30", params {"monitored_until": "2026-06-30"}

    Scenario: the one before is still open
      Given a registered project
      When period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is submitted
      And period 2 from 2026-07-01 to 2026-09-30 with 5000 grams is submitted
      Then it is refused with projects.period_open, field "number", value "1"

    Scenario: a period that is not over
      Given a registered project
      When period 1 from 2026-01-01 to 2026-11-21 with 5000 grams is submitted
      Then it is refused with projects.period_future, field "last_day", value "2026-01-01..2026-11-21", params {"today": "2026-11-21"}

    Scenario: outside the crediting period
      Given a registered project
      When period 1 from 2025-12-31 to 2026-06-30 with 5000 grams is submitted
      Then it is refused with projects.period_outside

    Scenario: a returned period is submitted again under its number
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is returned
      When period 2 from 2026-01-01 to 2026-06-30 with 4000 grams is submitted
      Then it is refused with projects.period_number, field "number", value "2", params {"expected": "1"}
      When period 1 from 2026-01-01 to 2026-06-30 with 4000 grams is submitted
      Then the effects hold
        """
        [{"period": "0001", "status": "submitted", "reduction_kg": "4"}]
        """

  Rule: the whole verified quantity is issued, once, by two persons
    Scenario: 110 asked for where 100 were verified
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 100000 grams is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "110"}
        """
      Then it is refused with projects.quantity_differs, field "quantity", value "110", params {"period": "1", "expected": "100"}

    Scenario: an unapproved period
      Given a registered project
      When period 1 from 2026-01-01 to 2026-06-30 with 100000 grams is submitted
      And Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "100"}
        """
      Then it is refused with states.not_allowed, field "period", value "submitted", params {"to": "issued", "allowed": "verified, returned"}

    Scenario: one person alone issues nothing
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 100000 grams is approved
      When Rui sends credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "100"}
        """
      And Rui asks credits:Ranges
        """
        {"batch": "510100-forests-restored-grove-2026-001"}
        """
      Then the answer holds
        """
        {"items": []}
        """

    Scenario: a period is issued once, whatever the request
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 100000 grams is issued as 100 kg
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "100"}
        """
      Then it is refused with states.not_allowed, field "period", value "issued", params {"to": "issued", "allowed": "-"}

    Scenario: the buffer's share is cut from the end
      Given a registered project with a buffer of 1500 basis points
      And period 1 from 2026-01-01 to 2026-06-30 with 101999 grams is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "101"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"status": "issued"},
         {"kind": "credits.issued", "holder": "$owner", "quantity_kg": "86", "ranges": [{"first": "1", "last": "86"}]},
         {"kind": "credits.issued", "holder": "$buffer", "quantity_kg": "15", "ranges": [{"first": "87", "last": "101"}]}]
        """

    Scenario: grams below a kilogram wait for the next period
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 5700 grams is issued as 5 kg
      And period 2 from 2026-07-01 to 2026-09-30 with 5400 grams is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 2, "quantity": "6"}
        """
      Then it is done
      When Rui asks projects:Get
        """
        {"project": "grove"}
        """
      Then the answer holds
        """
        {"grams_waiting": "100", "batches": 2, "periods": 2, "monitored_until": "2026-09-30"}
        """

    Scenario: less than a kilogram
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 999 grams is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "1"}
        """
      Then it is refused with projects.nothing_to_issue, field "number", value "1", params {"grams": "999"}
