Feature: projects:Draft, List, Validate, Reject, Deregister, Close, SubmitPeriod, VerifyPeriod, ApprovePeriod
  A project that is listed or validated may be rejected; a registered one is closed by its owner when its last
  period is issued, or deregistered by the regulator. What is final stays final. Periods are submitted by the
  owner, verified by a verifier that does not own the project, and approved or returned by the regulator.

  Background:
    Given the people of a project

  Rule: projects:Draft describes it under a filed methodology for projects
    Scenario: drafted
      When Ono sends projects:Draft
        """
        {"project": "reef", "title": "蓝碳", "region": "510100", "programme": "forests", "methodology": "restored", "version": 1, "boundary": "$boundary", "exclusion": "$exclusion", "first_day": "2026-01-01", "last_day": "2035-12-31", "buffer_basis_points": 0, "buffer_holder": ""}
        """
      Then the effects hold
        """
        [{"kind": "projects.status_changed", "project": "reef", "owner": "$owner", "status": "draft", "methodology": "restored"}]
        """

    Scenario: a crediting period that ends before it begins
      When Ono sends projects:Draft
        """
        {"project": "reef", "title": "蓝碳", "region": "510100", "programme": "forests", "methodology": "restored", "version": 1, "boundary": "$boundary", "exclusion": "$exclusion", "first_day": "2026-01-02", "last_day": "2026-01-01", "buffer_basis_points": 0, "buffer_holder": ""}
        """
      Then it is refused with projects.period_backwards, field "last_day", value "2026-01-01", params {"first_day": "2026-01-02"}

    Scenario: a version that nobody drafted
      When Ono sends projects:Draft
        """
        {"project": "reef", "title": "蓝碳", "region": "510100", "programme": "forests", "methodology": "restored", "version": 9, "boundary": "$boundary", "exclusion": "$exclusion", "first_day": "2026-01-01", "last_day": "2035-12-31", "buffer_basis_points": 0, "buffer_holder": ""}
        """
      Then it is refused with contract.record_absent

  Rule: projects:Reject ends what is listed or validated
    Scenario: a listed project
      Given a drafted project
      And Ono has sent projects:List
        """
        {"project": "grove", "reason": "ready"}
        """
      When Rui sends projects:Reject
        """
        {"project": "grove", "reason": "boundary in doubt"}
        """
      Then the effects hold
        """
        [{"kind": "projects.status_changed", "project": "grove", "status": "rejected", "reason": "boundary in doubt"}]
        """
      When Ono sends projects:List
        """
        {"project": "grove", "reason": "again"}
        """
      Then it is refused with states.not_allowed, field "project", value "rejected", params {"to": "listed", "allowed": "-"}

    Scenario: not a draft, and not a registered one
      Given a drafted project
      When Rui sends projects:Reject
        """
        {"project": "grove", "reason": "no"}
        """
      Then it is refused with states.not_allowed, field "project", value "draft", params {"to": "rejected", "allowed": "listed"}

    Scenario: not by its owner
      Given a drafted project
      When Ono sends projects:Reject
        """
        {"project": "grove", "reason": "no"}
        """
      Then it is refused with contract.caller_role

  Rule: projects:Deregister ends a project that should not go on, whatever it waits for
    Scenario: deregistered, and no period follows
      Given a registered project
      When Rui sends projects:Deregister
        """
        {"project": "grove", "reason": "reversed"}
        """
      Then the effects hold
        """
        [{"project": "grove", "status": "deregistered", "reason": "reversed"}]
        """
      When period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is submitted
      Then it is refused with states.required, field "project", value "deregistered", params {"allowed": "registered, monitoring"}

    Scenario: not twice
      Given a registered project
      And Rui has sent projects:Deregister
        """
        {"project": "grove", "reason": "reversed"}
        """
      When Rui sends projects:Deregister
        """
        {"project": "grove", "reason": "reversed"}
        """
      Then it is refused with states.not_allowed, field "project", value "deregistered", params {"to": "deregistered", "allowed": "-"}

  Rule: projects:Close is the owner's, when the last period is issued
    Scenario: closed after issuance
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is issued as 5 kg
      When Ono sends projects:Close
        """
        {"project": "grove", "reason": "over"}
        """
      Then the effects hold
        """
        [{"project": "grove", "status": "closed"}]
        """

    Scenario: a period is open
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is approved
      When Ono sends projects:Close
        """
        {"project": "grove", "reason": "over"}
        """
      Then it is refused with projects.period_open, field "project", value "1"

    Scenario: another's project, and one that never began
      Given a registered project
      When Hu sends projects:Close
        """
        {"project": "grove", "reason": "over"}
        """
      Then it is refused with contract.caller_role
      When Ono sends projects:Close
        """
        {"project": "grove", "reason": "over"}
        """
      Then it is refused with states.not_allowed, field "project", value "registered", params {"to": "closed", "allowed": "monitoring, suspended, deregistered"}

  Rule: projects:SubmitPeriod, VerifyPeriod and ApprovePeriod bring a period to issuance
    Scenario: from the owner's report to the regulator's approval
      Given a registered project
      When Ono sends projects:SubmitPeriod
        """
        {"project": "grove", "number": 1, "first_day": "2026-01-01", "last_day": "2026-06-30", "inputs": [5000], "evidence": "$report"}
        """
      Then the effects hold
        """
        [{"kind": "projects.status_changed", "status": "monitoring"}, {"kind": "projects.period_changed", "period": "0001", "status": "submitted", "reduction_kg": "5"}]
        """
      When Fan sends projects:VerifyPeriod
        """
        {"project": "grove", "number": 1, "evidence": "$report", "verdict": "verified", "report": "$verified"}
        """
      Then it is done
      When Rui sends projects:ApprovePeriod
        """
        {"project": "grove", "number": 1, "verdict": "returned"}
        """
      Then the effects hold
        """
        [{"period": "0001", "status": "returned"}]
        """
      When Rui sends projects:ApprovePeriod
        """
        {"project": "grove", "number": 1, "verdict": "approved"}
        """
      Then it is refused with states.not_allowed, field "period", value "returned", params {"to": "approved", "allowed": "submitted"}

  Rule: anybody reads projects and their periods
    Scenario: projects:All and projects:Periods
      Given a registered project
      And period 1 from 2026-01-01 to 2026-06-30 with 5000 grams is issued as 5 kg
      When Hu asks projects:All
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "grove", "owner": "$owner", "status": "monitoring", "periods": 1, "batches": 1}], "bookmark": ""}
        """
      When Hu asks projects:Periods
        """
        {"project": "grove"}
        """
      Then the answer holds
        """
        {"items": [{"number": 1, "status": "issued", "grams": "5000", "batch": "510100-forests-restored-grove-2026-001"}], "bookmark": ""}
        """
      When Hu asks credits:Batch
        """
        {"batch": "510100-forests-restored-grove-2026-001"}
        """
      Then the answer holds
        """
        {"project": "grove", "period": 1, "requested": "5", "quantity": "5", "buffer": "0", "vintage": 2026, "owner": "$owner"}
        """
