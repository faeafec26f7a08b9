Feature: accounts:SetUnit
  A person belongs to one unit or to none, for teams and rankings; points stay where they are.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened unit account U for "operator" in "tianfu"
    And Ouyang has opened accounts A, B in "tianfu"

  Rule: persons join units
    Scenario: joined and left
      Given Ouyang has sent accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$A", "unit": "$U"}
        """
      When Ouyang sends accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$A", "unit": ""}
        """
      Then the effects hold
        """
        [{"kind": "accounts.unit_changed", "account": "$A"}]
        """

    Scenario: a person is no unit
      When Ouyang sends accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$A", "unit": "$B"}
        """
      Then it is refused with accounts.not_a_unit, field "unit", value "$B"

    Scenario: a unit joins nothing
      When Ouyang sends accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$U", "unit": "$U"}
        """
      Then it is refused with accounts.not_a_person, field "account", value "$U"

    Scenario: a frozen account stays as it is
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone", "cited_order": ""}
        """
      When Ouyang sends accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$A", "unit": "$U"}
        """
      Then it is refused with accounts.not_active, field "account", value "$A", params {"state": "frozen_by_operator"}
