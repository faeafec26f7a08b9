Feature: accounts:Close
  A closed account keeps its history, and its id is never used again. It must be empty and owe nothing.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A in "tianfu"
    And today is 2026-11-21

  Rule: empty first
    Scenario: it still holds points
      Given A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends accounts:Close
        """
        {"programme": "tianfu", "account": "$A", "reason": "moves away"}
        """
      Then it is refused with accounts.not_empty, field "account", value "50", params {"debt": "0"}

    Scenario: closed for good
      Given Ouyang has sent accounts:Close
        """
        {"programme": "tianfu", "account": "$A", "reason": "moves away"}
        """
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 1, "tranche": 0}
        """
      Then it is refused with accounts.not_active, field "account", value "$A", params {"state": "closed"}

    Scenario: not twice, and the id stays taken
      Given Ouyang has sent accounts:Close
        """
        {"programme": "tianfu", "account": "$A", "reason": "moves away"}
        """
      When Ouyang sends accounts:Open
        """
        {"programme": "tianfu", "accounts": [{"account": "$A", "holder": "person"}]}
        """
      Then it is refused with accounts.already_open, field "accounts[0].account", value "$A"
