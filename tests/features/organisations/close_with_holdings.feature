Feature: an organisation with holdings, liens or open orders does not close
  Before an organisation ends it gives up what it holds and what it is part of: credits, offers, trades, listings,
  intents, pledges, trusts, policies, projects, programmes, energy contracts and unit accounts. Whatever of it is
  open is listed under its id. What has ended is history and keeps nobody.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And Ono has sent credits:Offer
      """
      {"offer": "o-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "1", "last": "30"}]}
      """

  Rule: credits keep it
    Scenario: active ones
      Given Hu has sent credits:Accept
        """
        {"offer": "o-1"}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$holder", "reason": "ended"}
        """
      Then it is refused with organisations.holds_units, field "organisation", value "$holder", params {"quantity": "30"}

    Scenario: retired ones do not
      Given Hu has sent credits:AcceptAndRetire
        """
        {"offer": "o-1", "retirement": "r-1", "beneficiary": {"organisation": "$holder", "person": ""}, "on_behalf_of": null, "purpose": "voluntary", "reference": "", "reason": "自愿"}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$holder", "reason": "ended"}
        """
      Then it is done

  Rule: whatever is open keeps its parties
    Scenario: an offer to it
      When Rui sends organisations:Close
        """
        {"organisation": "$holder", "reason": "ended"}
        """
      Then it is refused with organisations.tied, field "organisation", value "$holder", params {"kind": "offer", "reference": "o-1", "count": "1"}
      When Rui asks organisations:Ties
        """
        {"organisation": "$owner"}
        """
      Then the answer holds
        """
        {"items": [{"kind": "offer", "reference": "o-1"}, {"kind": "project", "reference": "grove"}]}
        """
      Given Ono has sent credits:Withdraw
        """
        {"offer": "o-1"}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$holder", "reason": "ended"}
        """
      Then it is done

    Scenario: a lien that it holds
      Given organisation "bank" with roles "lienholder", for whom "Ba" acts
      And Ono has sent pledges:Pledge
        """
        {"pledge": "p-1", "lienholder": "$bank", "agreed_receiver": "", "contract": "$contract", "pieces": [{"batch": "$batch", "range": "31", "first": "31", "last": "40"}]}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$bank", "reason": "ended"}
        """
      Then it is refused with organisations.tied, field "organisation", value "$bank", params {"kind": "pledge", "reference": "p-1", "count": "1"}
      Given Ba has sent pledges:Release
        """
        {"pledge": "p-1"}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$bank", "reason": "ended"}
        """
      Then it is done

    Scenario: a unit account, and the programme that it operates
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      And programme "tianfu" of "operator" is in force
      And Ouyang has opened unit account U for "broker" in "tianfu"
      When Rui sends organisations:Close
        """
        {"organisation": "$operator", "reason": "ended"}
        """
      Then it is refused with organisations.tied, field "organisation", value "$operator", params {"kind": "programme", "reference": "tianfu", "count": "1"}
      When Rui asks organisations:Ties
        """
        {"organisation": "$broker"}
        """
      Then the answer holds
        """
        {"items": [{"kind": "account", "reference": "tianfu/$U"}]}
        """
      Given Ouyang has sent accounts:Close
        """
        {"programme": "tianfu", "account": "$U", "reason": "ended"}
        """
      When Rui sends organisations:Close
        """
        {"organisation": "$broker", "reason": "ended"}
        """
      Then it is done
