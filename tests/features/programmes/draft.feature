Feature: programmes:Draft
  The government makes the rules and an enterprise operates: a regulator drafts a programme for an operator.
  A local programme lies in its parent's region, and adds scenes to its parent's without redefining them.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And organisation "holder" with roles "holder", for whom "Hou" acts

  Rule: only a regulator makes rules
    Scenario: the operator drafts its own
      When Ouyang drafts programme "tianfu" for "operator" with
        """
        {}
        """
      Then it is refused with contract.caller_role, field "tanhui.role", value "platform_operator", params {"function": "programmes:Draft", "allowed": "regulator"}

    Scenario: for an organisation that is no operator
      When Rui drafts programme "tianfu" for "holder" with
        """
        {}
        """
      Then it is refused with programmes.operator_role, field "operator", value "$holder"

  Rule: one id, one programme
    Scenario: drafted
      When Rui drafts programme "tianfu" for "operator" with
        """
        {}
        """
      Then the effects hold
        """
        [{"kind": "programmes.status_changed", "programme": "tianfu", "version": "1", "status": "draft"}]
        """

    Scenario: the id is taken
      Given programme "tianfu" of "operator" is in force
      When Rui drafts programme "tianfu" for "operator" with
        """
        {}
        """
      Then it is refused with programmes.already_drafted, field "programme", value "tianfu"

  Rule: rules do not contradict themselves
    Scenario: a scene twice
      When Rui drafts programme "tianfu" for "operator" with
        """
        {"scenes": [{"scene": "quiz", "award": "flat", "points": 1}, {"scene": "quiz", "award": "flat", "points": 2}]}
        """
      Then it is refused with programmes.scene_twice, field "rules.scenes[1].scene", value "quiz"

    Scenario: a flat award of nothing
      When Rui drafts programme "tianfu" for "operator" with
        """
        {"scenes": [{"scene": "quiz", "award": "flat"}]}
        """
      Then it is refused with programmes.rule_shape, field "rules.scenes[0]", value "flat"

    Scenario: an award by gram with points besides
      When Rui drafts programme "tianfu" for "operator" with
        """
        {"scenes": [{"scene": "bus", "award": "per_gram", "numerator": 1, "points": 2}]}
        """
      Then it is refused with programmes.rule_shape, field "rules.scenes[0]", value "per_gram"

    Scenario: a cap on what is forbidden
      When Rui drafts programme "tianfu" for "operator" with
        """
        {"transfer": {"kind": "forbidden", "cap": 5}}
        """
      Then it is refused with programmes.rule_shape, field "rules.transfer", value "forbidden"

    Scenario: an expiry that never comes, later
      When Rui drafts programme "tianfu" for "operator" with
        """
        {"expiry": {"kind": "never", "after": 3}}
        """
      Then it is refused with programmes.rule_shape, field "rules.expiry.after", value "3"

    Scenario: a negative award
      When Rui drafts programme "tianfu" for "operator" with
        """
        {"scenes": [{"scene": "quiz", "award": "flat", "points": -1}]}
        """
      Then it is refused with contract.argument_value, field "rules.scenes[0].points", value "-1", params {"reason": "Expected `int` >= 0"}

  Rule: a local programme adds to its parent's
    Scenario: it redefines a scene
      Given programme "tianfu" of "operator" is in force
      When Rui drafts programme "jinjiang" for "operator" under "tianfu" in 510104 with
        """
        {"scenes": [{"scene": "quiz", "award": "flat", "points": 9}]}
        """
      Then it is refused with programmes.scene_of_parent, field "rules.scenes[0].scene", value "quiz", params {"parent": "tianfu"}

    Scenario: it lies elsewhere
      Given programme "tianfu" of "operator" is in force
      When Rui drafts programme "changchun" for "operator" under "tianfu" in 220100 with
        """
        {"scenes": []}
        """
      Then it is refused with programmes.parent_region, field "region", value "220100", params {"parent_region": "510100"}

    Scenario: two levels are enough
      Given programme "tianfu" of "operator" is in force
      And Rui drafts programme "jinjiang" for "operator" under "tianfu" in 510104 with
        """
        {"scenes": []}
        """
      When Rui drafts programme "street" for "operator" under "jinjiang" in 510104 with
        """
        {"scenes": []}
        """
      Then it is refused with programmes.parent_depth, field "parent", value "jinjiang"
