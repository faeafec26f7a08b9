Feature: rankings of people, units and districts
  Leaderboards (排行榜, 先锋榜) are computed from committed records when they are asked for, never stored as a claim. Points
  decide; equal points share a rank, and the id decides the order within it. Reversed and refused records do not count. A
  board reads a bounded number of records; a province adds up pages instead, and comes to the same list.

  Background:
    Given accounts A, B of unit "alpha" in "510104" and C of unit "beta" in "510107"
    And batch "b-1" credits 40000 g to A, 30000 g to B and 70000 g to C on 2026-11-20
    And batch "b-2" credits 30000 g to A, 0 g to B and 0 g to C on 2026-11-21

  Rule: people, units and districts, by points
    Scenario: the year's pioneers
      When Rui asks rankings:Board
        """
        {"programme": "tianfu", "by": "account", "first_day": "2026-01-01", "last_day": "2026-12-31"}
        """
      Then the answer holds
        """
        {"rows": [{"rank": 1, "id": "$A", "points": "70", "grams": "70000"}, {"rank": 1, "id": "$C", "points": "70"},
                  {"rank": 3, "id": "$B", "points": "30"}], "records": 6}
        """

    Scenario: units
      When Rui asks rankings:Board
        """
        {"programme": "tianfu", "by": "unit", "first_day": "2026-01-01", "last_day": "2026-12-31"}
        """
      Then the answer holds
        """
        {"rows": [{"rank": 1, "id": "$alpha-account", "points": "100"}, {"rank": 2, "id": "$beta-account", "points": "70"}]}
        """

    Scenario: districts, of one day
      When Rui asks rankings:Board
        """
        {"programme": "tianfu", "by": "district", "first_day": "2026-11-20", "last_day": "2026-11-20", "rows": 2}
        """
      Then the answer holds
        """
        {"rows": [{"rank": 1, "id": "510104", "points": "70"}, {"rank": 1, "id": "510107", "points": "70"}]}
        """

    Scenario: what was reversed does not count
      Given Ouyang and Ota have sent activities:ReverseBatch
        """
        {"programme": "tianfu", "batch": "b-1", "positions": [2], "reason": "wrong"}
        """
      When Rui asks rankings:Board
        """
        {"programme": "tianfu", "by": "account", "first_day": "2026-01-01", "last_day": "2026-12-31", "rows": 1}
        """
      Then the answer holds
        """
        {"rows": [{"rank": 1, "id": "$A", "points": "70"}]}
        """

    Scenario: days the wrong way round
      When Rui asks rankings:Board
        """
        {"programme": "tianfu", "by": "account", "first_day": "2026-12-31", "last_day": "2026-01-01"}
        """
      Then it is refused with rankings.backwards, field "last_day", value "2026-01-01", params {"first_day": "2026-12-31"}

  Rule: pages add up to the board
    Scenario: one batch at a time
      When the pages of one batch each are added up by "unit"
      Then they are the rows of the board by "unit"

    Scenario: more than a page may hold
      When Rui asks rankings:Tally
        """
        {"programme": "tianfu", "by": "account", "first_day": "2026-01-01", "last_day": "2026-12-31", "batches": 5}
        """
      Then it is refused with contract.argument_value, field "batches", value "5", params {"reason": "Expected `int` <= 4"}
