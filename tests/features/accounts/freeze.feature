Feature: accounts:Freeze and accounts:Unfreeze
  A freeze stops one account and no other. An operator freezes and releases its own; a regulator's freeze cites
  its order, takes over an operator's, and is released by a regulator only.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "rival" with roles "platform_operator", for whom "Ri" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And today is 2026-11-21
    And A earned 50 points in "tianfu" on 2026-11-20
    And B earned 50 points in "tianfu" on 2026-11-20

  Rule: a frozen account neither sends nor receives, the others go on
    Scenario: it sends nothing
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone", "cited_order": ""}
        """
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$A", "receiver": "$B", "points": "1"}
        """
      Then it is refused with accounts.not_active, field "sender", value "$A", params {"state": "frozen_by_operator"}

    Scenario: it receives nothing
      Given Rui has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "court", "cited_order": "(2026)川01执1号"}
        """
      When Ouyang sends points:Transfer
        """
        {"programme": "tianfu", "sender": "$B", "receiver": "$A", "points": "1"}
        """
      Then it is refused with accounts.not_active, field "receiver", value "$A", params {"state": "frozen_by_regulator"}

    Scenario: the others go on
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone", "cited_order": ""}
        """
      When Ouyang sends points:Redeem
        """
        {"programme": "tianfu", "account": "$B", "points": "50", "reward": "ticket", "units": 1}
        """
      Then it is done

  Rule: who froze releases
    Scenario: the operator releases its own freeze
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone", "cited_order": ""}
        """
      When Ouyang sends accounts:Unfreeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "found"}
        """
      Then the effects hold
        """
        [{"kind": "accounts.unfrozen", "account": "$A", "reason": "found"}]
        """

    Scenario: but not the regulator's
      Given Rui has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "court", "cited_order": "(2026)川01执1号"}
        """
      When Ouyang sends accounts:Unfreeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "please"}
        """
      Then it is refused with accounts.frozen_by_regulator, field "account", value "$A"

    Scenario: a regulator's freeze cites its order
      When Rui sends accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "court"}
        """
      Then it is refused with accounts.order_needed, field "cited_order", value ""

    Scenario: what is not frozen is not released
      When Ouyang sends accounts:Unfreeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "?"}
        """
      Then it is refused with accounts.state, field "account", value "active", params {"allowed": "frozen_by_operator,frozen_by_regulator"}

    Scenario: not twice by the operator
      Given Ouyang has sent accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "lost phone", "cited_order": ""}
        """
      When Ouyang sends accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "still lost"}
        """
      Then it is refused with accounts.state, field "account", value "frozen_by_operator", params {"allowed": "active"}

    Scenario: another operator
      When Ri sends accounts:Freeze
        """
        {"programme": "tianfu", "account": "$A", "reason": "rivalry"}
        """
      Then it is refused with programmes.not_operator, field "programme", value "$rival", params {"operator": "$operator"}
