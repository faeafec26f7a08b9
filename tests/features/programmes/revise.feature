Feature: programmes:Revise
  A later version of a programme's rules is drafted whole; the version in force stays until two persons change it.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force

  Rule: the next version
    Scenario: it is a draft
      When Rui revises programme "tianfu" with
        """
        {"cap_per_day": 50}
        """
      Then the effects hold
        """
        [{"kind": "programmes.status_changed", "programme": "tianfu", "version": "2", "status": "draft"}]
        """

    Scenario: the operator cannot
      When Ouyang revises programme "tianfu" with
        """
        {"cap_per_day": 50}
        """
      Then it is refused with contract.caller_role

    Scenario: nothing would change
      When Rui revises programme "tianfu" with
        """
        {}
        """
      Then it is refused with programmes.rules_unchanged, field "rules", value "1"

    Scenario: a closed programme has no later version
      Given Rui has sent programmes:Close
        """
        {"programme": "tianfu", "reason": "over"}
        """
      When Rui revises programme "tianfu" with
        """
        {"cap_per_day": 50}
        """
      Then it is refused with programmes.state, field "programme", value "closed", params {"allowed": "draft,in_force,suspended"}
