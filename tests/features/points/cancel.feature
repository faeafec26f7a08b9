Feature: points:Cancel and points:CancelByOrder
  A holder gives points up through the operator. Taking them takes two persons of the regulator and an order.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And today is 2026-11-21
    And A earned 50 points in "tianfu" on 2026-11-20

  Rule: at the holder's wish
    Scenario: cancelled
      When Ouyang sends points:Cancel
        """
        {"programme": "tianfu", "account": "$A", "points": "20", "reason": "donated to the forest"}
        """
      Then the effects hold
        """
        [{"kind": "points.cancelled", "account": "$A", "reason": "donated to the forest", "lots": [{"points": "20"}]}]
        """

    Scenario: more than there is
      When Ouyang sends points:Cancel
        """
        {"programme": "tianfu", "account": "$A", "points": "51", "reason": "all"}
        """
      Then it is refused with points.insufficient, field "points", value "51", params {"available": "50"}

    Scenario: not from a frozen account
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone"}
        """
      When Ouyang sends points:Cancel
        """
        {"programme": "tianfu", "account": "$A", "points": "1", "reason": "all"}
        """
      Then it is refused with accounts.not_active, field "account", value "$A", params {"state": "frozen_by_operator"}

  Rule: by order, two persons, frozen or not
    Scenario: taken from a frozen account
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone"}
        """
      When Rui and Ren send points:CancelByOrder
        """
        {"programme": "tianfu", "account": "$A", "points": "20", "reason": "fraud", "cited_order": "JD-2026-17"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "points.cancelled", "account": "$A", "order": "JD-2026-17", "lots": [{"points": "20"}]}]
        """

    Scenario: the operator may not
      When Ouyang sends points:CancelByOrder
        """
        {"programme": "tianfu", "account": "$A", "points": "20", "reason": "fraud", "cited_order": "JD-2026-17"}
        """
      Then it is refused with contract.caller_role

    Scenario: an order is cited
      When Rui sends points:CancelByOrder
        """
        {"programme": "tianfu", "account": "$A", "points": "20", "reason": "fraud", "cited_order": ""}
        """
      Then it is refused with contract.argument_value
