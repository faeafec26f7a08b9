Feature: market:ProposePrice, DecidePrice, Grade, OpenLabel, AwardLabel, RevokeLabel, CloseLabel
  The exchange proposes a reference price that cites allowance and CCER prices; the regulator approves it.
  Participants are graded by a standard, for a time. Labels have an issuer, criteria and a validity.

  Background:
    Given the people of a project
    And a batch of 100 kg held by its owner
    And organisation "exchange" with roles "exchange", for whom "Ex" acts
    And organisation "affairs" with roles "public_institution", for whom "Zhou" acts

  Rule: reference prices are versions, proposed by the exchange and approved by the regulator
    Scenario: proposed, approved, and the next one
      Given Ex has sent market:ProposePrice
        """
        {"product": "tianfu", "version": 1, "price": 5000, "valid_from": "2026-12-01", "valid_until": "2026-12-31", "citations": [{"kind": "allowance", "price": 9000, "source": "全国碳市场", "day": "2026-11-20"}, {"kind": "ccer", "price": 8000, "source": "CCER", "day": "2026-11-20"}]}
        """
      When Rui sends market:DecidePrice
        """
        {"product": "tianfu", "version": 1, "verdict": "approved"}
        """
      Then the effects hold
        """
        [{"kind": "market.price_changed", "status": "approved", "price_fen": "5000", "version": "1"}]
        """
      When Ex sends market:ProposePrice
        """
        {"product": "tianfu", "version": 3, "price": 5000, "valid_from": "2026-12-01", "valid_until": "2026-12-31", "citations": [{"kind": "allowance", "price": 9000, "source": "全国碳市场", "day": "2026-11-20"}, {"kind": "ccer", "price": 8000, "source": "CCER", "day": "2026-11-20"}]}
        """
      Then it is refused with market.version, field "version", value "3", params {"expected": "2"}
      When Rui sends market:DecidePrice
        """
        {"product": "tianfu", "version": 1, "verdict": "rejected"}
        """
      Then it is refused with states.not_allowed, field "price", value "approved", params {"to": "rejected", "allowed": "-"}

    Scenario: without a CCER price
      When Ex sends market:ProposePrice
        """
        {"product": "tianfu", "version": 1, "price": 5000, "valid_from": "2026-12-01", "valid_until": "2026-12-31", "citations": [{"kind": "allowance", "price": 9000, "source": "全国碳市场", "day": "2026-11-20"}]}
        """
      Then it is refused with market.citation, field "citations", value "ccer"

    Scenario: a price of tomorrow
      When Ex sends market:ProposePrice
        """
        {"product": "tianfu", "version": 1, "price": 5000, "valid_from": "2026-12-01", "valid_until": "2026-12-31", "citations": [{"kind": "allowance", "price": 9000, "source": "s", "day": "2026-11-22"}]}
        """
      Then it is refused with market.citation_day, field "citations[0].day", value "2026-11-22", params {"today": "2026-11-21"}

  Rule: a grade names its standard and its validity
    Scenario: graded
      When Ex sends market:Grade
        """
        {"participant": "$broker", "standard": "carbon-trader-credit", "standard_document": "$standard", "grade": "AAA", "valid_from": "2026-11-21", "valid_until": "2027-11-20", "report": "$report"}
        """
      Then the effects hold
        """
        [{"kind": "market.graded", "participant": "$broker", "grade": "AAA", "valid_until": "2027-11-20"}]
        """
      When Ex sends market:Grade
        """
        {"participant": "$exchange", "standard": "carbon-trader-credit", "standard_document": "$standard", "grade": "AAA", "valid_from": "2026-11-21", "valid_until": "2027-11-20", "report": "$report"}
        """
      Then it is refused with market.same_party, field "participant", value "$exchange"
      When Ex sends market:Grade
        """
        {"participant": "$broker", "standard": "carbon-trader-credit", "standard_document": "$standard", "grade": "AAA", "valid_from": "2026-11-21", "valid_until": "2026-11-20", "report": "$report"}
        """
      Then it is refused with market.validity, field "valid_until", value "$broker", params {"first": "2026-11-21", "last": "2026-11-20"}

  Rule: labels
    Background:
      Given Zhou has sent market:OpenLabel
        """
        {"label": "water-saving", "title": "节水型单位", "criteria": "$criteria"}
        """

    Scenario: awarded to organisations, listed, revoked
      When Zhou sends market:AwardLabel
        """
        {"label": "water-saving", "organisations": ["$holder", "$broker"], "valid_from": "2026-01-01", "valid_until": "2028-12-31", "evidence": "$list"}
        """
      Then it is done
      When Zhou sends market:RevokeLabel
        """
        {"label": "water-saving", "organisation": "$broker"}
        """
      Then it is done
      When Rui asks market:Labelled
        """
        {"label": "water-saving"}
        """
      Then the answer holds
        """
        {"items": [{"organisation": "$holder", "valid_until": "2028-12-31"}]}
        """

    Scenario: another's label, and one that is closed
      When Rui sends market:AwardLabel
        """
        {"label": "water-saving", "organisations": ["$holder"], "valid_from": "2026-01-01", "valid_until": "2028-12-31", "evidence": "$list"}
        """
      Then it is refused with market.party, field "label", value "$regulator", params {"allowed": "$affairs"}
      Given Zhou has sent market:CloseLabel
        """
        {"label": "water-saving"}
        """
      When Zhou sends market:AwardLabel
        """
        {"label": "water-saving", "organisations": ["$holder"], "valid_from": "2026-01-01", "valid_until": "2028-12-31", "evidence": "$list"}
        """
      Then it is refused with market.issuer, field "water-saving", value "closed"
      When Zhou sends market:OpenLabel
        """
        {"label": "water-saving", "title": "节水型单位", "criteria": "$criteria"}
        """
      Then it is refused with market.exists, field "label", value "water-saving"
