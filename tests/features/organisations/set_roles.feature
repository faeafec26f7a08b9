Feature: organisations:SetRoles
  Roles are granted by the regulator, by two persons. What is named is what the organisation has afterwards.
  A verifier never owns, brokers or holds; an identity authority is never an operator; an auditor is nothing else.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts

  Rule: two persons, not one
    Scenario: one person alone changes nothing
      When Rui sends organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["holder"], "reason": "wants to hold"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.made", "function": "organisations:SetRoles", "person": "Rui"}]
        """
      And organisation "operator" shows
        """
        {"roles": ["platform_operator"]}
        """

    Scenario: the same person twice is still one person
      When Rui and Rui send organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["holder"], "reason": "wants to hold"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.made", "person": "Rui"}]
        """

    Scenario: the second person makes it so
      When Rui and Ren send organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["merchant", "holder"], "reason": "wants to hold"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved", "person": "Ren", "proposed_by": "Rui"},
         {"kind": "organisations.roles_changed", "organisation": "$operator", "roles": ["holder", "merchant"]}]
        """

  Rule: roles go together or do not
    Scenario Outline: incompatible roles are refused before a second person is asked
      When Rui sends organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["<one>", "<other>"], "reason": "both"}
        """
      Then it is refused with organisations.roles_incompatible, field "roles", value "<other>", params {"with_role": "<one>"}

      Examples:
        | one                | other             |
        | verifier           | project_owner     |
        | verifier           | broker            |
        | verifier           | holder            |
        | identity_authority | platform_operator |
        | regulator          | platform_operator |
        | auditor            | holder            |

    Scenario: nothing would change
      When Rui sends organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["platform_operator"], "reason": "again"}
        """
      Then it is refused with organisations.roles_unchanged, field "roles", value "platform_operator"

    Scenario: a regulator does not abolish itself
      When Rui sends organisations:SetRoles
        """
        {"organisation": "$regulator", "roles": [], "reason": "tired"}
        """
      Then it is refused with organisations.own_organisation, field "organisation", value "$regulator"

    Scenario: a role that is none
      When Rui sends organisations:SetRoles
        """
        {"organisation": "$operator", "roles": ["king"], "reason": "again"}
        """
      Then it is refused with contract.argument_value, field "roles[0]", value "king", params {"reason": "Invalid enum value 'king'"}
