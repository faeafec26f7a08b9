Feature: bundles: several owners' sites developed as one project
  Small sites are bundled (打捆开发) and share what is issued (收益分享). A bundle has a fixed whole of parts; what no
  member has is the owner's. Who joins takes parts from the owner and nobody else, and what a leaver had goes back.
  Each issuance is split by the parts, to the kilogram, and the owner's serials come first.

  Background:
    Given the people of a project
    And organisation "farm" with roles "holder", for whom "Fa" acts
    And organisation "lake" with roles "project_owner", for whom "La" acts
    And a registered project

  Rule: the owner forms the bundle, once, and invites; the invited join for exactly what they were offered
    Scenario: formed, invited, joined
      When Ono sends bundles:Form
        """
        {"project": "grove", "whole": 10}
        """
      Then the effects hold
        """
        [{"kind": "bundles.formed", "project": "grove", "owner": "$owner", "whole": "10"}]
        """
      When Ono sends bundles:Invite
        """
        {"project": "grove", "organisation": "$farm", "parts": 3, "boundary": "$farmland"}
        """
      Then the effects hold
        """
        [{"kind": "bundles.changed", "organisation": "$farm", "parts": "3", "step": "invited"}]
        """
      When Fa sends bundles:Join
        """
        {"project": "grove", "parts": 3}
        """
      Then the effects hold
        """
        [{"organisation": "$farm", "parts": "3", "step": "joined", "boundary": "$farmland"}]
        """

    Scenario: somebody else's project
      When La sends bundles:Form
        """
        {"project": "grove", "whole": 10}
        """
      Then it is refused with organisations.not_own

    Scenario: formed twice
      Given a bundle of 10 parts
      When Ono sends bundles:Form
        """
        {"project": "grove", "whole": 20}
        """
      Then it is refused with bundles.exists, field "project", value "grove"

    Scenario: more parts than are left
      Given a bundle of 10 parts
      And Ono has sent bundles:Invite
        """
        {"project": "grove", "organisation": "$farm", "parts": 8, "boundary": "$farmland"}
        """
      When Ono sends bundles:Invite
        """
        {"project": "grove", "organisation": "$lake", "parts": 3, "boundary": "$lakeside"}
        """
      Then it is refused with bundles.parts_left, field "parts", value "3", params {"left": "2"}

    Scenario: one organisation twice
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      When Ono sends bundles:Invite
        """
        {"project": "grove", "organisation": "$farm", "parts": 1, "boundary": "$lakeside"}
        """
      Then it is refused with bundles.member_exists, field "organisation", value "$farm"

    Scenario: one site twice
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      When Ono sends bundles:Invite
        """
        {"project": "grove", "organisation": "$lake", "parts": 1, "boundary": "$farmsite"}
        """
      Then it is refused with bundles.boundary_twice, field "boundary", value "$farmsite"

    Scenario: the owner has what is left, and is not invited
      Given a bundle of 10 parts
      When Ono sends bundles:Invite
        """
        {"project": "grove", "organisation": "$owner", "parts": 1, "boundary": "$lakeside"}
        """
      Then it is refused with bundles.owner_invited, field "organisation", value "$owner"

    Scenario: a verifier holds no credits, so it shares none
      Given a bundle of 10 parts
      When Ono sends bundles:Invite
        """
        {"project": "grove", "organisation": "$verifier", "parts": 1, "boundary": "$lakeside"}
        """
      Then it is refused with credits.receiver, field "receiver", value "$verifier", params {"status": "active", "roles": "verifier"}

    Scenario: nobody joins uninvited, or for other parts than offered
      Given a bundle of 10 parts
      When La sends bundles:Join
        """
        {"project": "grove", "parts": 1}
        """
      Then it is refused with bundles.not_invited, field "organisation", value "$lake"
      Given Ono has sent bundles:Invite
        """
        {"project": "grove", "organisation": "$lake", "parts": 1, "boundary": "$lakeside"}
        """
      When La sends bundles:Join
        """
        {"project": "grove", "parts": 2}
        """
      Then it is refused with bundles.parts_offered, field "parts", value "2", params {"offered": "1"}

  Rule: a member leaves by itself; the owner withdraws invitations, and takes off closed organisations only
    Scenario: what a leaver had is the owner's again
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      When Fa sends bundles:Leave
        """
        {"project": "grove", "reason": "sold the land"}
        """
      Then the effects hold
        """
        [{"organisation": "$farm", "parts": "3", "step": "left", "reason": "sold the land"}]
        """
      When Fa sends bundles:Leave
        """
        {"project": "grove", "reason": "again"}
        """
      Then it is refused with bundles.not_member, field "organisation", value "$farm"

    Scenario: the owner puts nobody out
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      When Ono sends bundles:Remove
        """
        {"project": "grove", "organisation": "$farm", "reason": "quarrel"}
        """
      Then it is refused with bundles.still_active, field "organisation", value "$farm", params {"status": "active"}

    Scenario: an invitation is withdrawn
      Given a bundle of 10 parts
      And Ono has sent bundles:Invite
        """
        {"project": "grove", "organisation": "$lake", "parts": 1, "boundary": "$lakeside"}
        """
      When Ono sends bundles:Remove
        """
        {"project": "grove", "organisation": "$lake", "reason": "no answer"}
        """
      Then the effects hold
        """
        [{"organisation": "$lake", "step": "removed"}]
        """

    Scenario: a closed organisation is taken off
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      And Rui and Ren have sent organisations:Close
        """
        {"organisation": "$farm", "reason": "dissolved"}
        """
      When Ono sends bundles:Remove
        """
        {"project": "grove", "organisation": "$farm", "reason": "dissolved"}
        """
      Then the effects hold
        """
        [{"organisation": "$farm", "step": "removed", "reason": "dissolved"}]
        """

  Rule: who shares a period is settled when it is submitted
    Scenario: nobody joins or leaves while a period is open
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      And period 1 of 2026 with 5000 grams is submitted
      When Fa sends bundles:Leave
        """
        {"project": "grove", "reason": "now"}
        """
      Then it is refused with projects.period_open, field "project", value "1"

    Scenario: a project that is over keeps its bundle
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      And Rui has sent projects:Deregister
        """
        {"project": "grove", "reason": "burnt"}
        """
      When Fa sends bundles:Leave
        """
        {"project": "grove", "reason": "now"}
        """
      Then it is refused with bundles.project_over, field "project", value "grove", params {"status": "deregistered"}

  Rule: an issuance is split by parts without losing a kilogram
    Scenario: seven kilograms by five, three and two tenths: the largest remainders get one more
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      And "lake" has joined by La with 2 parts
      And period 1 of 2026 with 7999 grams is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "7"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"status": "issued"},
         {"holder": "$owner", "quantity_kg": "4", "ranges": [{"first": "1", "last": "4"}]},
         {"holder": "$farm", "quantity_kg": "2", "ranges": [{"first": "5", "last": "6"}]},
         {"holder": "$lake", "quantity_kg": "1", "ranges": [{"first": "7", "last": "7"}]}]
        """

    Scenario: an invitation that was not taken up counts for the owner
      Given a bundle of 10 parts
      And Ono has sent bundles:Invite
        """
        {"project": "grove", "organisation": "$lake", "parts": 9, "boundary": "$lakeside"}
        """
      And period 1 of 2026 with 10000 grams is approved
      When Rui and Ren send credits:Issue
        """
        {"project": "grove", "number": 1, "quantity": "10"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"status": "issued"}, {"holder": "$owner", "quantity_kg": "10"}]
        """

  Rule: anybody reads who shares
    Scenario: the bundle as it stands
      Given a bundle of 10 parts
      And "farm" has joined by Fa with 3 parts
      When Hu asks bundles:Get
        """
        {"project": "grove"}
        """
      Then the answer holds
        """
        {"project": "grove", "whole": 10, "members": [{"organisation": "$farm", "parts": 3, "status": "member"}]}
        """
