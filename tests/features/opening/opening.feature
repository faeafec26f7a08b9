Feature: opening:Announce, ImportBalances and ImportBatch: units of a running scheme come here once
  A scheme that has run elsewhere hands over balances and batches as of the end of a cut-off day. Its former registry signs
  a manifest that lists each part by its hash; two persons of the regulator pin it with the hash of the source document.
  Each part comes once, exactly as it was signed, until the last day for it. Points keep their last days and draw no
  budget. A batch comes whole, with what had ended there, and says which serials it had there.

  Background:
    Given the people of a project
    And organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
    And programme "tianfu" of "operator" is in force
    And Ouyang has opened accounts A, B in "tianfu"
    And a manifest of 42 points and 100 kg

  Rule: a manifest is announced by two persons, once, with the former registry's own signature
    Scenario: announced
      When Rui and Ren announce it
      Then the effects hold
        """
        [{"kind": "proposals.approved"},
         {"kind": "opening.announced", "registry": "old", "cut_off": "2026-10-31", "balances": "2", "batches": "1",
          "points": "42", "kilograms": "100"}]
        """
      When Hu asks opening:Manifest
        """
        {"registry": "old"}
        """
      Then the answer holds
        """
        {"registry": "old", "programme": "tianfu", "points": "42", "import_until": "2026-12-31"}
        """

    Scenario: announced twice
      Given it is announced
      When Rui and Ren announce it
      Then it is refused with opening.exists, field "registry", value "old"

    Scenario Outline: what does not fit
      When Rui and Ren announce it with
        """
        <change>
        """
      Then it is refused with <code>, field "<field>", value "<value>"<params>

      Examples:
        | change                         | code                | field        | value      | params                             |
        | {"points": "43"}               | opening.signature   | signature    | old        |                                    |
        | {"cut_off": "2026-11-21"}      | opening.cut_off     | cut_off      | 2026-11-21 | , params {"today": "2026-11-21"}   |
        | {"import_until": "2026-11-20"} | opening.import_over | import_until | 2026-11-21 | , params {"until": "2026-11-20"}   |
        | {"balances": [], "batches": []} | opening.empty       | registry     | old        |                                    |
        | {"programme": ""}              | opening.programme   | programme    |            | , params {"chunks": "2"}           |

  Rule: each chunk of balances comes once, as it was signed, into accounts of the operator's programme
    Scenario: two chunks
      Given it is announced
      When Ouyang imports chunk 0
      Then the effects hold
        """
        [{"kind": "opening.balances_imported", "part": "0", "programme": "tianfu", "count": "2", "points": "40", "debt_repaid": "0"}]
        """
      When Ouyang imports chunk 1
      Then it is done
      And A holds 32 points in 2 lots in "tianfu"
      And B holds 10 points in 1 lot in "tianfu"

    Scenario: one chunk twice
      Given it is announced
      When Ouyang imports chunk 0
      And Ouyang imports chunk 0
      Then it is refused with opening.part_done, field "part", value "0"

    Scenario: another chunk than the one that was signed
      Given it is announced
      When Ouyang imports chunk 1 as number 0
      Then it is refused with opening.part_differs

    Scenario: a part that the manifest does not list
      Given it is announced
      When Ouyang imports chunk 1 as number 2
      Then it is refused with opening.part_unknown, field "part", value "2", params {"count": "2"}

    Scenario: after the last day
      Given it is announced
      And today is 2027-01-01
      When Ouyang imports chunk 0
      Then it is refused with opening.import_over, field "registry", value "2027-01-01", params {"until": "2026-12-31"}

    Scenario: a closed account gets nothing, and its chunk waits for a ruling
      Given it is announced
      And Ouyang has sent accounts:Close
        """
        {"programme": "tianfu", "account": "$B", "reason": "moved away"}
        """
      When Ouyang imports chunk 0
      Then it is refused with opening.account_closed, field "lines", value "$B"

    Scenario: another operator
      Given it is announced
      And organisation "rival" with roles "platform_operator", for whom "Ri" acts
      When Ri imports chunk 0
      Then it is refused with programmes.not_operator

  Rule: a batch comes whole, with holders and states of the cut-off
    Scenario: active, retired and cancelled serials
      Given it is announced
      When Rui imports the batch
      Then the effects hold
        """
        [{"kind": "opening.batch_imported", "batch": "opening-old-b1", "first_serial": "501", "quantity_kg": "100",
          "ranges": [{"holder": "$owner", "state": "active", "range": {"first": "1", "last": "60"}},
                     {"holder": "$holder", "state": "retired", "range": {"first": "61", "last": "90"}},
                     {"holder": "$holder", "state": "cancelled", "range": {"first": "91", "last": "100"}}]}]
        """
      When Hu asks opening:FormerSerials
        """
        {"batch": "opening-old-b1"}
        """
      Then the answer holds
        """
        {"registry": "old", "batch": "b1", "first": "501"}
        """

    Scenario: what is active moves like any other unit, what is retired does not
      Given it is announced
      When Rui imports the batch
      And Ono sends credits:Cancel
        """
        {"pieces": [{"batch": "opening-old-b1", "range": "1", "first": "1", "last": "10"}], "reason": "wish"}
        """
      Then it is done
      When Hu sends credits:Cancel
        """
        {"pieces": [{"batch": "opening-old-b1", "range": "61", "first": "61", "last": "90"}], "reason": "wish"}
        """
      Then it is refused with credits.not_active

    Scenario: one batch twice
      Given it is announced
      When Rui imports the batch
      And Rui imports the batch
      Then it is refused with opening.part_done, field "part", value "0"

    Scenario: serials that leave a gap were never signed for
      Given a manifest whose batch leaves out serial 61
      When Rui and Ren announce it
      And Rui imports the batch
      Then it is refused with opening.incomplete, field "ranges", value "gap before opening-old-b1:62-90: serial 61 was expected", params {"quantity": "100"}

  Rule: anybody sees what came
    Scenario: the parts so far
      Given it is announced
      When Ouyang imports chunk 0
      And Rui imports the batch
      And Hu asks opening:Parts
        """
        {"registry": "old"}
        """
      Then the answer holds
        """
        {"items": [{"kind": "balances", "number": 0, "count": 2, "quantity": "40"},
                   {"kind": "batch", "number": 0, "count": 3, "quantity": "100", "batch": "opening-old-b1"}]}
        """
