Feature: points:TransferByOrder
  A forced transfer cites its order and takes two persons of the regulator, whatever the programme's rule says.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force with
      """
      {"transfer": {"kind": "forbidden"}}
      """
    And Ouyang has opened accounts A, B in "tianfu"
    And today is 2026-11-21
    And A earned 50 points in "tianfu" on 2026-11-20

  Rule: out of a frozen account too, into an active one
    Scenario: carried out
      Given Rui has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "court", "cited_order": "JD-2026-17"}
        """
      When Rui and Ren send points:TransferByOrder
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "50", "cited_order": "JD-2026-17"}
        """
      Then B holds 50 points in 1 lot in "tianfu"
      And A holds 0 points in 0 lots in "tianfu"

    Scenario: into a frozen account
      Given Rui has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$B", "reason": "court", "cited_order": "JD-2026-17"}
        """
      When Rui sends points:TransferByOrder
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "50", "cited_order": "JD-2026-17"}
        """
      Then it is refused with accounts.not_active, field "receiver", value "$B", params {"state": "frozen_by_regulator"}

    Scenario: to the same account
      When Rui sends points:TransferByOrder
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$A", "points": "50", "cited_order": "JD-2026-17"}
        """
      Then it is refused with points.same_account, field "receiver", value "$A"
