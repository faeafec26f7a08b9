Feature: points:Issue
  Points are awarded by a flat scene of the programme in force. What awards by gram goes through activities.
  Caps count days in UTC+8; a budget is drawn by tranche, so that many can draw at once.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And today is 2026-11-21

  Rule: by a scene of the programme
    Scenario: awarded with the version's expiry
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 7, "tranche": 0}
        """
      Then the effects hold
        """
        [{"kind": "points.issued", "account": "$A", "programme": "tianfu", "programme_version": "1", "points": "7",
          "expires": "2026-12-31", "debt_repaid": "0"}]
        """

    Scenario: a scene that there is not
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "swim", "times": 1, "tranche": 0}
        """
      Then it is refused with points.scene_unknown, field "scene", value "swim", params {"programme": "tianfu"}

    Scenario: a scene by gram
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "metro", "times": 1, "tranche": 0}
        """
      Then it is refused with points.scene_by_gram, field "scene", value "metro"

    Scenario: a local programme awards its parent's scenes too
      Given programme "tianfu" of "operator" is in force
      And programme "jinjiang" of "operator" is in force under "tianfu"
      And Ouyang has opened accounts A in "jinjiang"
      When Ouyang sends points:Issue
        """
        {"programme": "jinjiang", "account": "$A", "scene": "quiz", "times": 3, "tranche": 0}
        """
      Then A holds 3 points in 1 lot in "jinjiang"

    Scenario: awards of one year under one version are one lot
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      And A earned 5 points in "tianfu" on 2026-11-02
      And A earned 6 points in "tianfu" on 2026-11-20
      Then A holds 11 points in 1 lot in "tianfu"

  Rule: an account earns no more than the cap in a day
    Scenario: the cap is reached and passed
      Given programme "tianfu" of "operator" is in force with
        """
        {"cap_per_day": 10}
        """
      And Ouyang has opened accounts A in "tianfu"
      And A earned 10 points in "tianfu" on 2026-11-21
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 1, "tranche": 0}
        """
      Then it is refused with points.day_cap, field "points", value "11", params {"limit": "10"}
      When today is 2026-11-22
      And Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 1, "tranche": 0}
        """
      Then it is done

  Rule: a year's budget is drawn by tranche
    Scenario Outline: 25 points in 2 tranches are 13 and 12
      Given programme "tianfu" of "operator" is in force with
        """
        {"budget": {"points": 25, "tranches": 2}}
        """
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": <more>, "tranche": <tranche>}
        """
      Then it is refused with points.budget_exhausted, field "points", value "<more>", params {"tranche": "<tranche>", "available": "<share>"}
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": <share>, "tranche": <tranche>}
        """
      Then it is done

      Examples:
        | tranche | share | more |
        | 0       | 13    | 14   |
        | 1       | 12    | 13   |

    Scenario: a tranche that there is not
      Given programme "tianfu" of "operator" is in force with
        """
        {"budget": {"points": 25, "tranches": 2}}
        """
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Issue
        """
        {"programme": "tianfu", "account": "$A", "scene": "quiz", "times": 1, "tranche": 2}
        """
      Then it is refused with points.tranche_unknown, field "tranche", value "2", params {"tranches": "2"}
