Feature: points:Redeem
  Points are burnt for a reward, earliest expiry first.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And today is 2026-11-21

  Rule: enough unexpired points
    Scenario: redeemed
      Given A earned 50 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "20", "reward": "qingcheng-ticket", "units": 1}
        """
      Then the effects hold
        """
        [{"kind": "points.redeemed", "account": "$A", "reward": "qingcheng-ticket", "units": "1", "lots": [{"points": "20"}]}]
        """
      And A holds 30 points in 1 lot in "tianfu"

    Scenario: not enough
      Given A earned 10 points in "tianfu" on 2026-11-20
      When Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "11", "reward": "qingcheng-ticket", "units": 1}
        """
      Then it is refused with points.insufficient, field "points", value "11", params {"available": "10"}

    Scenario: the last day still counts, the next does not
      Given A earned 10 points in "tianfu" on 2026-10-20
      And today is 2026-12-01
      When Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "10", "reward": "qingcheng-ticket", "units": 1}
        """
      Then it is refused with points.insufficient, field "points", value "10", params {"available": "0"}
      When today is 2026-11-30
      And Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$A", "points": "10", "reward": "qingcheng-ticket", "units": 1}
        """
      Then it is done

  Rule: a programme may bind its points to its catalogue
    Scenario: what has no stock is not redeemed
      Given programme "rongcheng" of "rival" is in force with
        """
        {"redemption": "catalogue"}
        """
      And Ri has opened accounts R in "rongcheng"
      And R earned 50 points in "rongcheng" on 2026-11-20
      When Ri sends points:Redeem
        """
        {"programme": "rongcheng", "account": "$R", "points": "20", "reward": "mug", "units": 1}
        """
      Then it is refused with rewards.catalogue_only, field "reward", value "mug", params {"programme": "rongcheng"}
