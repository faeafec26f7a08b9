Feature: pledged credits (碳质押)
  A holder pledges its own free units to a lienholder. They stay its own and neither move nor retire. The
  lienholder releases them, or on default hands them to the receiver agreed beforehand; an order reaches any other.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "agency" with roles "lienholder", for whom "Lin" acts
    And "Lou" acts for "agency" too
    And Ono has sent pledges:Pledge
      """
      {"pledge": "p-1", "lienholder": "$agency", "agreed_receiver": "$holder", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "40"}]}
      """

  Rule: pledged units neither move nor retire; what lies beside them does
    Scenario: not offered
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$broker", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "10"}]}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:1-10", params {"hold": "lien", "reference": "p-1"}

    Scenario: not pledged twice
      When Ono sends pledges:Pledge
        """
        {"pledge": "p-2", "lienholder": "$agency", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "1", "first": "40", "last": "40"}]}
        """
      Then it is refused with credits.held
      When Ono sends pledges:Pledge
        """
        {"pledge": "p-1", "lienholder": "$agency", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      Then it is refused with pledges.exists, field "pledge", value "p-1"

    Scenario: beside them
      When Ono sends credits:Offer
        """
        {"offer": "o-1", "receiver": "$broker", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      Then it is done

  Rule: own units, for a lienholder
    Scenario: another's units
      When Hu sends pledges:Pledge
        """
        {"pledge": "p-2", "lienholder": "$agency", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      Then it is refused with credits.not_holder

    Scenario: a broker holds no lien
      When Ono sends pledges:Pledge
        """
        {"pledge": "p-2", "lienholder": "$broker", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      Then it is refused with pledges.lienholder, field "lienholder", value "$broker", params {"status": "active", "roles": "broker"}

    Scenario: the pledgor is not its own receiver
      When Ono sends pledges:Pledge
        """
        {"pledge": "p-2", "lienholder": "$agency", "agreed_receiver": "$owner", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      Then it is refused with credits.same_holder, field "agreed_receiver", value "$owner"

  Rule: the lienholder releases, once
    Scenario: released
      When Lin sends pledges:Release
        """
        {"pledge": "p-1"}
        """
      Then the effects hold
        """
        [{"kind": "credits.released", "hold": "lien", "reference": "p-1", "quantity_kg": "40"}]
        """
      When Lin sends pledges:Release
        """
        {"pledge": "p-1"}
        """
      Then it is refused with states.not_allowed, field "pledge", value "released", params {"to": "released", "allowed": "-"}

    Scenario: another lienholder
      Given organisation "other" with roles "lienholder", for whom "Ott" acts
      When Ott sends pledges:Release
        """
        {"pledge": "p-1"}
        """
      Then it is refused with organisations.not_own, field "pledge", value "$other", params {"owner": "$agency"}

  Rule: on default two persons enforce, to the agreed receiver or by order
    Scenario: agreed
      When Lin and Lou send pledges:Enforce
        """
        {"pledge": "p-1", "evidence": "$default"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "credits.transferred", "sender": "$owner", "receiver": "$holder", "quantity_kg": "40", "transfer": "p-1"}]
        """
      When Rui asks pledges:Get
        """
        {"pledge": "p-1"}
        """
      Then the answer holds
        """
        {"status": "enforced", "ground": "$default"}
        """

    Scenario: not agreed
      Given Ono has sent pledges:Pledge
        """
        {"pledge": "p-2", "lienholder": "$agency", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "41", "first": "41", "last": "50"}]}
        """
      When Lin and Lou send pledges:Enforce
        """
        {"pledge": "p-2", "evidence": "$default"}
        """
      Then it is refused with pledges.not_agreed, field "pledge", value "p-2"
      When Rui and Ren send pledges:EnforceByOrder
        """
        {"pledge": "p-2", "receiver": "$broker", "order": "(2026)川01执88号", "document": "$ruling"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "credits.transferred", "receiver": "$broker", "quantity_kg": "10", "transfer": "(2026)川01执88号"}]
        """

    Scenario: a freeze on part of them stops it
      Given Rui has sent credits:Freeze
        """
        {"order": "F-1", "pieces": [{"batch": "$batch", "range": "1", "first": "5", "last": "6"}]}
        """
      When Lin and Lou send pledges:Enforce
        """
        {"pledge": "p-1", "evidence": "$default"}
        """
      Then it is refused with credits.held, field "range", value "510100-forests-restored-grove-2026-001:5-6", params {"hold": "freeze", "reference": "F-1"}
