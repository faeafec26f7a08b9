Feature: energy-management contracts (合同能源管理)
  An institution proposes, the provider agrees. A verifier that is no party verifies each year's saving once: the
  baseline less what the contract's meters counted. The benefit is shared as agreed. The provider's rights can
  stand under one lien.

  Background:
    Given organisation "institute" with roles "public_institution", for whom "Hai" acts
    And organisation "owner" with roles "project_owner", for whom "Esco" acts
    And organisation "metro" with roles "data_source", for whom "Dan" acts
    And organisation "verifier" with roles "verifier", for whom "Fan" acts
    And organisation "agency" with roles "lienholder", for whom "Lin" acts
    And Rui and Ren have sent budgets:FileFactor
      """
      {"carrier": "electricity", "version": 1, "unit": "Wh", "gce": {"numerator": 1229, "denominator": 10000}, "gco2": {"numerator": 57, "denominator": 100}, "source": "当量值", "document": "$factors", "first_day": "2025-01-01"}
      """
    And Hai has sent budgets:RegisterMeter
      """
      {"meter": "main", "carrier": "electricity", "source": "$metro"}
      """
    And Hai has sent energy_contracts:Propose
      """
      {"contract": "c-1", "provider": "$owner", "document": "$contract", "baseline_gce": "1500000", "meters": ["main"], "provider_basis_points": 3333, "first_year": 2025, "last_year": 2027}
      """

  Rule: it is in force when the provider agrees
    Scenario: nobody verifies a proposal
      When Fan sends energy_contracts:VerifySaving
        """
        {"contract": "c-1", "year": 2025, "saved_fen": "100", "report": "$report"}
        """
      Then it is refused with states.required, field "contract", value "proposed", params {"allowed": "in_force"}

    Scenario: the provider is another
      When Hai sends energy_contracts:Propose
        """
        {"contract": "c-2", "provider": "$institute", "document": "$contract", "baseline_gce": "1", "meters": ["main"], "provider_basis_points": 1, "first_year": 2025, "last_year": 2027}
        """
      Then it is refused with energy_contracts.parties, field "provider", value "$institute"

    Scenario: years run forward, ids and meters stand once
      When Hai sends energy_contracts:Propose
        """
        {"contract": "c-2", "provider": "$owner", "document": "$contract", "baseline_gce": "1", "meters": ["main"], "provider_basis_points": 1, "first_year": 2025, "last_year": 2024}
        """
      Then it is refused with energy_contracts.period, field "last_year", value "2024", params {"first_year": "2025"}
      When Hai sends energy_contracts:Propose
        """
        {"contract": "c-1", "provider": "$owner", "document": "$contract", "baseline_gce": "1", "meters": ["main"], "provider_basis_points": 1, "first_year": 2025, "last_year": 2025}
        """
      Then it is refused with energy_contracts.exists, field "contract", value "c-1"
      When Hai sends energy_contracts:Propose
        """
        {"contract": "c-2", "provider": "$owner", "document": "$contract", "baseline_gce": "1", "meters": ["main", "main"], "provider_basis_points": 1, "first_year": 2025, "last_year": 2025}
        """
      Then it is refused with energy_contracts.exists, field "meters", value "main"

  Rule: a year's saving is verified once, from a whole year of settled readings
    Scenario: verified and shared to the last fen
      Given Esco has sent energy_contracts:Agree
        """
        {"contract": "c-1"}
        """
      And Dan has read 1000000 Wh in each month of 2025 up to 12
      When Fan sends energy_contracts:VerifySaving
        """
        {"contract": "c-1", "year": 2025, "saved_fen": "100", "report": "$report"}
        """
      Then the effects hold
        """
        [{"kind": "energy_contracts.saving_verified", "saved_gce": "25200", "provider_fen": "33", "institution_fen": "67"}]
        """
      When Fan sends energy_contracts:VerifySaving
        """
        {"contract": "c-1", "year": 2025, "saved_fen": "100", "report": "$report"}
        """
      Then it is refused with energy_contracts.exists, field "year", value "2025"
      When Rui asks energy_contracts:Savings
        """
        {"contract": "c-1"}
        """
      Then the answer holds
        """
        {"items": [{"year": 2025, "used_gce": "1474800", "saved_gce": "25200"}]}
        """

    Scenario: a month is missing
      Given Esco has sent energy_contracts:Agree
        """
        {"contract": "c-1"}
        """
      And Dan has read 1000000 Wh in each month of 2025 up to 11
      When Fan sends energy_contracts:VerifySaving
        """
        {"contract": "c-1", "year": 2025, "saved_fen": "100", "report": "$report"}
        """
      Then it is refused with energy_contracts.incomplete, field "meter", value "main"

    Scenario: nothing saved
      Given Esco has sent energy_contracts:Agree
        """
        {"contract": "c-1"}
        """
      And Dan has read 2000000 Wh in each month of 2025 up to 12
      When Fan sends energy_contracts:VerifySaving
        """
        {"contract": "c-1", "year": 2025, "saved_fen": "100", "report": "$report"}
        """
      Then it is refused with energy_contracts.no_saving, field "year", value "2949600", params {"baseline": "1500000"}
      When Fan sends energy_contracts:VerifySaving
        """
        {"contract": "c-1", "year": 2028, "saved_fen": "100", "report": "$report"}
        """
      Then it is refused with energy_contracts.year_outside, field "year", value "2028", params {"first_year": "2025", "last_year": "2027"}

    Scenario: a party does not verify
      Given organisation "rival" with roles "merchant,verifier", for whom "Riv" acts
      And Hai has sent energy_contracts:Propose
        """
        {"contract": "c-2", "provider": "$rival", "document": "$contract", "baseline_gce": "1", "meters": ["main"], "provider_basis_points": 1, "first_year": 2025, "last_year": 2025}
        """
      When Riv sends energy_contracts:VerifySaving
        """
        {"contract": "c-2", "year": 2025, "saved_fen": "100", "report": "$report"}
        """
      Then it is refused with energy_contracts.party_verifies, field "contract", value "$rival"

  Rule: one lien stands on the provider's rights, and keeps the contract
    Scenario: placed, kept, lifted, ended
      Given Esco has sent energy_contracts:Agree
        """
        {"contract": "c-1"}
        """
      When Lin sends energy_contracts:ReleaseRights
        """
        {"contract": "c-1"}
        """
      Then it is refused with energy_contracts.no_lien, field "contract", value "c-1"
      When Esco sends energy_contracts:PledgeRights
        """
        {"contract": "c-1", "lienholder": "$agency"}
        """
      Then the effects hold
        """
        [{"kind": "energy_contracts.status_changed", "status": "in_force", "lienholder": "$agency"}]
        """
      When Esco sends energy_contracts:PledgeRights
        """
        {"contract": "c-1", "lienholder": "$agency"}
        """
      Then it is refused with energy_contracts.lien, field "lienholder", value "$agency"
      When Hai sends energy_contracts:End
        """
        {"contract": "c-1"}
        """
      Then it is refused with energy_contracts.lien, field "lienholder", value "$agency"
      Given Lin has sent energy_contracts:ReleaseRights
        """
        {"contract": "c-1"}
        """
      When Hai sends energy_contracts:End
        """
        {"contract": "c-1"}
        """
      Then the effects hold
        """
        [{"status": "ended"}]
        """

  Rule: energy_contracts:Get shows a contract in any state
    Scenario: a proposal
      When Fan asks energy_contracts:Get
        """
        {"contract": "c-1"}
        """
      Then the answer holds
        """
        {"institution": "$institute", "provider": "$owner", "status": "proposed", "provider_basis_points": 3333, "meters": ["main"], "lienholder": ""}
        """
