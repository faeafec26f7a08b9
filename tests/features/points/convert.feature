Feature: points:Convert
  Points of one programme are burnt for points of another, by the agreed integer ratio. Nothing is rounded and no
  life is lengthened.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And programme "rongcheng" of "rival" is in force
    And Ouyang has opened accounts A in "tianfu"
    And Ri has opened accounts R in "rongcheng"
    And today is 2026-11-21
    And A earned 50 points in "tianfu" on 2026-10-20

  Rule: by the agreement
    Scenario: there is none
      When Ouyang sends points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "5"}
        """
      Then it is refused with contract.record_absent, field "conversion", value "rongcheng"

    Scenario: three for five, expiring with what was burnt
      Given Rui and Ren have sent programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "rongcheng", "numerator": 3, "denominator": 5, "cap": "40", "until": "2026-12-31"}
        """
      When Ouyang sends points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "40"}
        """
      Then the effects hold
        """
        [{"kind": "points.converted", "lots": [{"points": "40"}], "target_points": "24", "target_expires": "2026-11-30",
          "ratio_numerator": "3", "ratio_denominator": "5"}]
        """
      And A holds 10 points in 1 lot in "tianfu"
      And R holds 24 points in 1 lot in "rongcheng"

    Scenario Outline: not a multiple, or over the cap
      Given Rui and Ren have sent programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "rongcheng", "numerator": 3, "denominator": 5, "cap": "40", "until": "2026-12-31"}
        """
      When Ouyang sends points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "<points>"}
        """
      Then it is refused with <code>, field "points", value "<points>", params <params>

      Examples:
        | points | code                    | params               |
        | 12     | points.not_a_multiple   | {"denominator": "5"} |
        | 45     | points.conversion_cap   | {"limit": "40"}      |

    Scenario: an account's day has its own cap
      Given Rui and Ren have sent programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "rongcheng", "numerator": 3, "denominator": 5, "cap": "0", "cap_per_day": "20",
         "until": "2026-12-31"}
        """
      And Ouyang has sent points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "15"}
        """
      When Ouyang sends points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "10"}
        """
      Then it is refused with points.conversion_day_cap, field "points", value "25", params {"limit": "20"}
      When today is 2026-11-22
      And Ouyang sends points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "20"}
        """
      Then it is done

    Scenario: after its last day
      Given Rui and Ren have sent programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "rongcheng", "numerator": 3, "denominator": 5, "cap": "40", "until": "2026-11-20"}
        """
      When Ouyang sends points:Convert
        """
        {"source_programme": "tianfu", "account": "$A", "target_programme": "rongcheng", "target_account": "$R", "points": "5"}
        """
      Then it is refused with points.conversion_ended, field "target_programme", value "2026-11-21", params {"until": "2026-11-20"}
