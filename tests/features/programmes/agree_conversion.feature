Feature: programmes:AgreeConversion
  Two persons of the regulator record what points of one programme are worth in another, one way, until a day.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And programme "rongcheng" of "operator" is in force

  Rule: two different programmes in force
    Scenario: agreed
      When Rui and Ren send programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "rongcheng", "numerator": 3, "denominator": 5, "cap": "100", "until": "2027-12-31"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"},
         {"kind": "programmes.conversion_agreed", "source_programme": "tianfu", "target_programme": "rongcheng",
          "ratio_numerator": "3", "ratio_denominator": "5", "cap": "100", "until": "2027-12-31"}]
        """

    Scenario: with itself
      When Rui sends programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "tianfu", "numerator": 1, "denominator": 1, "cap": "0", "until": "2027-12-31"}
        """
      Then it is refused with programmes.same_programme, field "target", value "tianfu"

    Scenario: a suspended one
      Given Rui has sent programmes:Suspend
        """
        {"programme": "rongcheng", "reason": "inquiry"}
        """
      When Rui sends programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "rongcheng", "numerator": 1, "denominator": 1, "cap": "0", "until": "2027-12-31"}
        """
      Then it is refused with programmes.state, field "programme", value "suspended", params {"allowed": "in_force"}

  Rule: merchants' own points never mint carbon points
    Scenario: between merchants, and from carbon points to a merchant's, but not back
      Given organisation "mall" with roles "platform_operator", for whom "Ma" acts
      And organisation "cinema" with roles "platform_operator", for whom "Ci" acts
      And programme "mall" of "mall" is in force with
        """
        {"kind": "merchant", "scenes": [{"scene": "bought", "award": "flat", "points": 1}]}
        """
      And programme "cinema" of "cinema" is in force with
        """
        {"kind": "merchant", "scenes": [{"scene": "seen", "award": "flat", "points": 1}]}
        """
      When Rui and Ren send programmes:AgreeConversion
        """
        {"source": "mall", "target": "cinema", "numerator": 1, "denominator": 2, "cap": "0", "until": "2026-12-31"}
        """
      Then it is done
      When Rui and Ren send programmes:AgreeConversion
        """
        {"source": "tianfu", "target": "mall", "numerator": 1, "denominator": 2, "cap": "0", "until": "2026-12-31"}
        """
      Then it is done
      When Rui and Ren send programmes:AgreeConversion
        """
        {"source": "mall", "target": "tianfu", "numerator": 1, "denominator": 2, "cap": "0", "until": "2026-12-31"}
        """
      Then it is refused with programmes.never_mints, field "source", value "mall", params {"target": "tianfu"}
