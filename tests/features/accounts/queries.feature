Feature: accounts:Get, accounts:List, accounts:History
  Any member of the channel reads accounts: they are pseudonyms. Lists come in pages of 500 at most.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And A earned 30 points in "tianfu" on 2026-09-20
    And A earned 50 points in "tianfu" on 2026-11-20
    And today is 2026-11-21

  Rule: what is expired is held but not available
    Scenario: an account with an expired lot
      When Rui asks accounts:Get
        """
        {"programme": "tianfu", "account": "$A"}
        """
      Then the answer holds
        """
        {"points": "80", "available": "50", "debt": "0", "state": "active",
         "lots": [{"expires": "2026-10-31", "points": "30"}, {"expires": "2026-12-31", "points": "50"}]}
        """

  Rule: pages are bounded
    Scenario: more than a page may hold
      When Rui asks accounts:List
        """
        {"programme": "tianfu", "page_size": 501}
        """
      Then it is refused with contract.argument_value, field "page_size", value "501", params {"reason": "Expected `int` <= 500"}

    Scenario: a bookmark of another query
      When Rui asks accounts:List
        """
        {"programme": "tianfu", "bookmark": "elsewhere"}
        """
      Then it is refused with contract.bookmark, field "bookmark", value "elsewhere"

    Scenario: one account a page
      When Rui asks accounts:List
        """
        {"programme": "tianfu", "page_size": 1}
        """
      Then the first of 2 pages is answered

    Scenario: history, newest first
      When Rui asks accounts:History
        """
        {"programme": "tianfu", "account": "$A", "page_size": 2}
        """
      Then the answer holds
        """
        {"bookmark": "2", "items": [{"points": "80", "debt": "0"}, {"points": "30", "debt": "0"}]}
        """
