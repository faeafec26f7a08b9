Feature: points:Transfer
  Points move between two accounts of one programme.
  The lots that expire first move first, and keep their expiry.
  The programme's rule decides whether, how much, and between whom.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And today is 2026-11-21

  Rule: the sender must hold enough unexpired points
    Scenario: expired points do not count
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A, B in "tianfu"
      And A earned 30 points in "tianfu" on 2026-09-20
      And A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "60"}
        """
      Then it is refused with points.insufficient, field "points", value "60", params {"available": "50"}
      And A holds 80 points in 2 lots in "tianfu"

    Scenario: the lot that expires first moves first
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A, B in "tianfu"
      And A earned 30 points in "tianfu" on 2026-10-20
      And A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "40"}
        """
      Then the effects hold
        """
        [{"kind": "points.transferred", "sender": "$A", "receiver": "$B", "debt_repaid": "0",
          "lots": [{"expires": "2026-11-30", "points": "30"}, {"expires": "2026-12-31", "points": "10"}]}]
        """
      And A holds 40 points in 1 lot in "tianfu"
      And B holds 40 points in 2 lots in "tianfu"

  Rule: the programme's transfer rule holds
    Scenario: forbidden
      Given programme "tianfu" of "operator" is in force with
        """
        {"transfer": {"kind": "forbidden"}}
        """
      And Ouyang has opened accounts A, B in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "1"}
        """
      Then it is refused with points.transfer_forbidden, field "programme", value "tianfu"

    Scenario: capped
      Given programme "tianfu" of "operator" is in force with
        """
        {"transfer": {"kind": "open", "cap": 20, "cap_per_day": 30}}
        """
      And Ouyang has opened accounts A, B in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "21"}
        """
      Then it is refused with points.transfer_cap, field "points", value "21", params {"limit": "20"}

    Scenario: capped by day, and a new day begins at midnight in UTC+8
      Given programme "tianfu" of "operator" is in force with
        """
        {"transfer": {"kind": "open", "cap": 20, "cap_per_day": 30}}
        """
      And Ouyang has opened accounts A, B in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      And Ouyang has sent points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "20"}
        """
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "11"}
        """
      Then it is refused with points.transfer_day_cap, field "points", value "31", params {"limit": "30"}
      When today is 2026-11-22
      And Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "11"}
        """
      Then it is done

    Scenario: within a team
      Given programme "tianfu" of "operator" is in force with
        """
        {"transfer": {"kind": "team"}}
        """
      And Ouyang has opened unit account U for "rival" in "tianfu"
      And Ouyang has opened accounts A, B, C in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      And Ouyang has sent accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$A", "unit": "$U"}
        """
      And Ouyang has sent accounts:SetUnit
        """
        {"programme": "tianfu", "account": "$C", "unit": "$U"}
        """
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "1"}
        """
      Then it is refused with points.transfer_not_team, field "receiver", value "$B", params {"unit": "$U"}
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$C", "points": "1"}
        """
      Then it is done

    Scenario: as a donation
      Given programme "tianfu" of "operator" is in force with
        """
        {"transfer": {"kind": "donation"}}
        """
      And Ouyang has opened unit account U for "rival" in "tianfu"
      And Ouyang has opened accounts A, B in "tianfu"
      And A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "1"}
        """
      Then it is refused with points.transfer_not_donation, field "receiver", value "$B"
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$U", "points": "1"}
        """
      Then it is done

  Rule: two accounts of one's own programme
    Scenario Outline: amounts that are none
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A, B in "tianfu"
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": <points>}
        """
      Then it is refused with contract.argument_value, field "points", value "<value>", params {"reason": "<reason>"}

      Examples:
        | points                | value               | reason                                |
        | "0"                   | 0                   | expected 1..9223372036854775807       |
        | "-5"                  | -5                  | expected 1..9223372036854775807       |
        | "9223372036854775808" | 9223372036854775808 | expected 1..9223372036854775807       |
        | "05"                  | 05                  | expected a canonical decimal string   |
        | "5.0"                 | 5.0                 | expected a canonical decimal string   |
        | 5                     | 5                   | expected a decimal string             |

    Scenario: to oneself
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$A", "points": "1"}
        """
      Then it is refused with points.same_account, field "receiver", value "$A"

    Scenario: to an account that there is not
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A in "tianfu"
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "00000000000000000000000000000001", "points": "1"}
        """
      Then it is refused with contract.record_absent, field "account", value "00000000000000000000000000000001"

    Scenario: in another operator's programme
      Given programme "tianfu" of "operator" is in force
      And Ouyang has opened accounts A, B in "tianfu"
      When Ri sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "1"}
        """
      Then it is refused with programmes.not_operator, field "programme", value "$rival", params {"operator": "$operator"}
