Feature: proposals:Reject
  What one person proposed can be turned down by a regulator, or withdrawn by its own organisation.
  The same order is refused from then on; an approved proposal stays approved.

  Background:
    Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And today is 2026-11-21
    And Rui has sent organisations:SetRoles
      """
      {"request_id": "20261121-grant", "organisation": "$operator", "roles": ["holder"], "reason": "asked"}
      """
    And the last proposal is known as "grant"

  Rule: a rejected proposal is closed
    Scenario: the second person rejects instead of approving
      Given Ren has sent proposals:Reject
        """
        {"day": "20261121", "proposal": "$grant", "reason": "not licensed"}
        """
      When Ren sends organisations:SetRoles
        """
        {"request_id": "20261121-grant", "organisation": "$operator", "roles": ["holder"], "reason": "asked"}
        """
      Then it is refused with contract.proposal_closed, field "proposal", value "$grant", params {"state": "rejected"}

    Scenario: it shows in the list
      Given Ren has sent proposals:Reject
        """
        {"day": "20261121", "proposal": "$grant", "reason": "not licensed"}
        """
      When Ouyang asks proposals:List
        """
        {"bookmark": "", "day": "20261121", "page_size": 100}
        """
      Then the proposal "grant" is listed as rejected by "Ren"

    Scenario: not after it was approved
      Given Ren has sent organisations:SetRoles
        """
        {"request_id": "20261121-grant", "organisation": "$operator", "roles": ["holder"], "reason": "asked"}
        """
      When Rui sends proposals:Reject
        """
        {"day": "20261121", "proposal": "$grant", "reason": "too late"}
        """
      Then it is refused with contract.proposal_closed, field "proposal", value "$grant", params {"state": "approved"}

  Rule: others do not meddle
    Scenario: an operator cannot reject what the regulator proposed
      When Ouyang sends proposals:Reject
        """
        {"day": "20261121", "proposal": "$grant", "reason": "no"}
        """
      Then it is refused with organisations.not_own, field "proposal", value "$operator", params {"owner": "$regulator"}

    Scenario: there is no such proposal
      When Ren sends proposals:Reject
        """
        {"day": "20261120", "proposal": "$grant", "reason": "no"}
        """
      Then it is refused with contract.record_absent, field "proposal", value "$grant"
