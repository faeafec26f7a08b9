Feature: recognition:Agreements, Terms, Anchors, Outgoing, Incoming, Sent, Received and Disputes
  What a ledger keeps of an agreement and of the transfers under it is read by any member of its channel.

  Background:
    Given an agreement on credits with Jilin
    And a batch of 100 kg held by its owner
    And Ono has sent recognition:LockCredits
      """
      {"agreement": "sc-jl", "shard": 0, "transfers": [{"transfer": "s-1", "receiver": "$holder", "pieces": [{"batch": "$batch", "range": "1", "first": "11", "last": "40"}]}]}
      """

  Rule: an agreement with its terms and the partner's anchors
    Scenario: in force
      When Rui asks recognition:Agreements
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"id": "sc-jl", "status": "in_force"}], "bookmark": ""}
        """
      When Rui asks recognition:Anchors
        """
        {"agreement": "sc-jl"}
        """
      Then it is done
      When Rui asks recognition:Terms
        """
        {"agreement": "sc-jl", "terms": "$unknown"}
        """
      Then it is refused with contract.record_absent

  Rule: what left and what came, by pages and by ids
    Scenario: one left, none came, nothing is disputed
      When Rui asks recognition:Outgoing
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"items": [{"id": "s-1", "status": "locked", "quantity": "30", "holder": "$owner"}], "bookmark": ""}
        """
      When Rui asks recognition:Incoming
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"items": [], "bookmark": ""}
        """
      When Rui asks recognition:Sent
        """
        {"agreement": "sc-jl", "transfers": ["s-1", "s-2"]}
        """
      Then the answer holds
        """
        [{"id": "s-1", "status": "locked"}, null]
        """
      When Rui asks recognition:Received
        """
        {"agreement": "sc-jl", "transfers": ["s-1"]}
        """
      Then the answer holds
        """
        [null]
        """
      When Rui asks recognition:Disputes
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"items": [], "bookmark": ""}
        """
