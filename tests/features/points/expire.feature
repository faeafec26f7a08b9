Feature: points:Expire
  Points cannot be spent after their last day; this books them as expired. Many accounts in one transaction.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And today is 2026-11-21
    And A earned 30 points in "tianfu" on 2026-09-20
    And A earned 50 points in "tianfu" on 2026-11-20
    And B earned 5 points in "tianfu" on 2026-11-20

  Rule: only what has expired
    Scenario: the accounts with expired lots
      When Ouyang sends points:Expire
        """
        {"programme": "tianfu", "accounts": ["$A", "$B", "$A"]}
        """
      Then the effects hold
        """
        [{"kind": "points.expired", "account": "$A", "lots": [{"expires": "2026-10-31", "points": "30"}]}]
        """
      And A holds 50 points in 1 lot in "tianfu"

    Scenario: none has
      When Ouyang sends points:Expire
        """
        {"programme": "tianfu", "accounts": ["$B"]}
        """
      Then it is refused with points.nothing_expired, field "accounts", value "1"
