Feature: identity:ChangeAuthority
  A shared group may get another identity authority. The new one has another secret, so one person has other buckets with
  it: a month is bound by one authority only, and the change takes effect from the month after next at the earliest,
  because the next may be bound already.

  Background:
    Given two programmes whose bus trips share the identity authority "police"
    And organisation "bureau" with roles "identity_authority", for whom "Bo" acts

  Rule: two persons of the regulator change it, for months that nobody has bound
    Scenario: from the month after next
      When Rui and Ren send identity:ChangeAuthority
        """
        {"group": "commute", "authority": "$bureau", "from_month": "2027-01", "reason": "tendered anew"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"},
         {"kind": "identity.authority_changed", "group": "commute", "before": "$police", "authority": "$bureau",
          "from_month": "2027-01"}]
        """
      When Bo binds A in "tianfu" for 2026-12
      Then it is refused with identity.not_authority, field "group", value "$bureau", params {"authority": "$police"}
      When Pan binds A in "tianfu" for 2026-12
      Then it is done
      Given today is 2026-12-15
      When Pan binds A in "tianfu" for 2027-01
      Then it is refused with identity.not_authority, field "group", value "$police", params {"authority": "$bureau"}
      When Bo binds A in "tianfu" for 2027-01
      Then it is done

    Scenario: from the next month
      When Rui and Ren send identity:ChangeAuthority
        """
        {"group": "commute", "authority": "$bureau", "from_month": "2026-12", "reason": "soon"}
        """
      Then it is refused with identity.change_early, field "from_month", value "2026-12", params {"earliest": "2027-01"}

    Scenario: a second change comes after the first
      Given Rui and Ren have sent identity:ChangeAuthority
        """
        {"group": "commute", "authority": "$bureau", "from_month": "2027-03", "reason": "tendered anew"}
        """
      When Rui and Ren send identity:ChangeAuthority
        """
        {"group": "commute", "authority": "$police", "from_month": "2027-03", "reason": "back"}
        """
      Then it is refused with identity.change_early, field "from_month", value "2027-03", params {"earliest": "2027-04"}

    Scenario: an operator is no authority
      When Rui and Ren send identity:ChangeAuthority
        """
        {"group": "commute", "authority": "$operator", "from_month": "2027-01", "reason": "cheap"}
        """
      Then it is refused with identity.authority_role, field "authority", value "$operator"

    Scenario: a group that is not shared
      Given a filed methodology "metro-trip" of the group "metro"
      When Rui and Ren send identity:ChangeAuthority
        """
        {"group": "metro", "authority": "$bureau", "from_month": "2027-01", "reason": "share it"}
        """
      Then it is refused with identity.group_not_shared, field "group", value "metro"
