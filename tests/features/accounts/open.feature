Feature: accounts:Open
  An operator opens accounts in its programme: of persons, who are sixteen random bytes and nothing else, and of
  units, which are organisations. Many in one transaction, all or none.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened unit account U for "rival" in "tianfu"
    And Ouyang has opened accounts A in "tianfu"

  Rule: ids are new
    Scenario: two at once
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [
          {"account": "00000000000000000000000000000001", "holder": "person"},
          {"account": "00000000000000000000000000000002", "holder": "person", "unit": "$U"}]}
        """
      Then the effects hold
        """
        [{"kind": "accounts.opened", "account": "00000000000000000000000000000001", "holder": "person", "operator": "$operator", "programme": "tianfu"},
         {"kind": "accounts.opened", "account": "00000000000000000000000000000002", "holder": "person"}]
        """

    Scenario: one that exists spoils the rest
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [
          {"account": "00000000000000000000000000000001", "holder": "person"},
          {"account": "$A", "holder": "person"}]}
        """
      Then it is refused with accounts.already_open, field "accounts[1].account", value "$A"

    Scenario: the same twice
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [
          {"account": "00000000000000000000000000000001", "holder": "person"},
          {"account": "00000000000000000000000000000001", "holder": "person"}]}
        """
      Then it is refused with accounts.already_open, field "accounts[1].account", value "00000000000000000000000000000001"

    Scenario: an id that says something
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "zhang-san", "holder": "person"}]}
        """
      Then it is refused with contract.argument_value, field "accounts[0].account", value "zhang-san", params {"reason": "Expected `str` matching regex '^[0-9a-f]{32}$(?!\\\\n)'"}

  Rule: a unit is an organisation, a person is not
    Scenario: a unit without its organisation
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "00000000000000000000000000000001", "holder": "unit"}]}
        """
      Then it is refused with accounts.unit_needed, field "organisation", value ""

    Scenario: a person with one
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "00000000000000000000000000000001", "holder": "person", "organisation": "$rival"}]}
        """
      Then it is refused with accounts.unit_needed, field "organisation", value "$rival"

    Scenario: membership of what is no unit
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "00000000000000000000000000000001", "holder": "person", "unit": "$A"}]}
        """
      Then it is refused with accounts.not_a_unit, field "unit", value "$A"

    Scenario: a unit belongs to no unit
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "00000000000000000000000000000001", "holder": "unit", "organisation": "$rival", "unit": "$U"}]}
        """
      Then it is refused with accounts.not_a_person, field "accounts[0].account", value "00000000000000000000000000000001"

  Rule: in one's own programme
    Scenario: another operator's
      When Ri sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "00000000000000000000000000000001", "holder": "person"}]}
        """
      Then it is refused with programmes.not_operator, field "programme", value "$rival", params {"operator": "$operator"}
