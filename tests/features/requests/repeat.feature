Feature: the request id of every writing function
  A repeated request answers as before and does nothing. The same id with another body is refused. Requests are
  remembered for 30 days after the day in their id; then the id is refused, remembered or not.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And A earned 50 points in "tianfu" on 2026-11-20
    And today is 2026-11-21

  Rule: a repeat moves nothing
    Scenario: sent twice
      Given Ouyang has sent points:Transfer
        """
        {"request_id": "20261121-t1", "programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "20"}
        """
      When the same is sent again
      Then the answer is the one before
      And A holds 30 points in 1 lot in "tianfu"

    Scenario: the id for something else
      Given Ouyang has sent points:Transfer
        """
        {"request_id": "20261121-t1", "programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "20"}
        """
      When Ouyang sends points:Transfer
        """
        {"request_id": "20261121-t1", "programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "21"}
        """
      Then it is refused with contract.request_reused, field "request_id", value "20261121-t1"

  Rule: an id carries its day
    Scenario Outline: too old, too new, or no day
      When Ouyang sends points:Transfer
        """
        {"request_id": "<id>", "programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "20"}
        """
      Then it is refused with contract.request_day, field "request_id", value "<id>", params {"today": "2026-11-21", "days": "30"}

      Examples:
        | id          |
        | 20261021-t1 |
        | 20261123-t1 |
        | 20261131-t1 |
