Feature: mergers of organisations
  Two persons of the regulator merge an organisation into its successor: nobody acts for it any more; its credits,
  rights and accounts move step by step, units under a right with that right; and it is closed when nothing is
  left. What it did stays under its own id: retirements, ended records, and the record that names its successor.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "heir" with roles "holder,project_owner", for whom "He" acts
    And Rui and Ren have sent mergers:Begin
      """
      {"organisation": "$owner", "successor": "$heir", "document": "$approval", "reason": "吸收合并"}
      """

  Rule: mergers:Begin stops the organisation, by two persons
    Scenario: nobody acts for it
      When Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "1"}], "reason": "r"}
        """
      Then it is refused with organisations.not_active, field "tanhui.org", value "$owner", params {"status": "merging"}
      When Rui asks mergers:Get
        """
        {"organisation": "$owner"}
        """
      Then the answer holds
        """
        {"successor": "$heir", "status": "begun", "document": "$approval"}
        """

    Scenario: not twice, not into itself, not into what is not active
      When Rui and Ren send mergers:Begin
        """
        {"organisation": "$owner", "successor": "$holder", "document": "$approval", "reason": "r"}
        """
      Then it is refused with organisations.status, field "organisation", value "merging", params {"allowed": "active,suspended"}
      When Rui and Ren send mergers:Begin
        """
        {"organisation": "$holder", "successor": "$holder", "document": "$approval", "reason": "r"}
        """
      Then it is refused with mergers.same, field "successor", value "$holder"
      When Rui and Ren send mergers:Begin
        """
        {"organisation": "$holder", "successor": "$owner", "document": "$approval", "reason": "r"}
        """
      Then it is refused with mergers.successor, field "successor", value "$owner", params {"status": "merging", "roles": "project_owner", "needed": "-"}

    Scenario: a regulator does not merge its own
      When Rui and Ren send mergers:Begin
        """
        {"organisation": "$regulator", "successor": "$holder", "document": "$approval", "reason": "r"}
        """
      Then it is refused with organisations.own_organisation, field "organisation", value "$regulator"

  Rule: mergers:MoveCredits moves free ranges, frozen ones with their freeze
    Scenario: moved
      Given Rui has sent credits:Freeze
        """
        {"order": "court-7", "pieces": [{"batch": "$batch", "range": "1", "first": "51", "last": "60"}]}
        """
      When Rui sends mergers:MoveCredits
        """
        {"organisation": "$owner", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "50"}, {"batch": "$batch", "range": "51", "first": "51", "last": "60"}]}
        """
      Then the effects hold
        """
        [{"kind": "credits.transferred", "sender": "$owner", "receiver": "$heir", "quantity_kg": "60", "transfer": "merger:$owner"}]
        """
      When Rui asks credits:Holdings
        """
        {"holder": "$heir"}
        """
      Then the answer holds
        """
        {"items": [{"first": "1", "last": "50", "holds": []}, {"first": "51", "last": "60", "holds": [{"kind": "freeze", "reference": "court-7"}]}]}
        """

    Scenario: an organisation that is not merging
      When Rui sends mergers:MoveCredits
        """
        {"organisation": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "50"}]}
        """
      Then it is refused with contract.record_absent, field "merger", value "$holder"

  Rule: mergers:Abandon gives it up
    Scenario: the organisation is suspended, and may be active again
      When Rui and Ren send mergers:Abandon
        """
        {"organisation": "$owner"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "mergers.changed", "organisation": "$owner", "status": "abandoned"}]
        """
      When Rui sends organisations:Reactivate
        """
        {"organisation": "$owner", "reason": "kept"}
        """
      Then it is done
      When Rui and Ren send mergers:Finish
        """
        {"organisation": "$owner"}
        """
      Then it is refused with states.required, field "merger", value "abandoned", params {"allowed": "begun"}

  Rule: mergers:Finish closes it when nothing is left
    Scenario: too early
      When Rui and Ren send mergers:Finish
        """
        {"organisation": "$owner"}
        """
      Then it is refused with organisations.holds_units, field "organisation", value "$owner", params {"quantity": "100"}

    Scenario: the whole way
      Given Rui has sent mergers:MoveCredits
        """
        {"organisation": "$owner", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "100"}]}
        """
      When Rui and Ren send mergers:Finish
        """
        {"organisation": "$owner"}
        """
      Then it is refused with organisations.tied, field "organisation", value "$owner", params {"kind": "project", "reference": "grove", "count": "1"}
      When Rui sends mergers:MoveRights
        """
        {"organisation": "$owner", "rights": [{"kind": "project", "reference": "grove"}]}
        """
      Then the effects hold
        """
        [{"kind": "mergers.right_moved", "organisation": "$owner", "successor": "$heir", "right": "project", "reference": "grove"}]
        """
      When Rui and Ren send mergers:Finish
        """
        {"organisation": "$owner"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "mergers.changed", "organisation": "$owner", "successor": "$heir", "status": "finished"}]
        """
      And organisation "owner" shows
        """
        {"status": "closed", "successor": "$heir"}
        """
