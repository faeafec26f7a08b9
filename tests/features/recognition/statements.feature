Feature: statements between two regions
  For each period of the agreement's calendar, and each way, both regulators state what was in flight at first, what
  left, was minted, was aborted, and is in flight at the end, with a root over every line. When both filed the same,
  the statement stands, and the next one opens with its closing.

  Background:
    Given an agreement on credits with Jilin

  Rule: two persons of the regulator file it, and each side sees the other's filing
    Scenario: a period in which nothing moved
      When Rui and Ren send recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      Then the effects hold
        """
        [{"kind": "proposals.approved"}, {"kind": "recognition.statement_filed", "agreement": "sc-jl", "source": "$sichuan", "period": "2026-10", "closing": "0"}]
        """
      Given in Jilin Rui and Ren have sent recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      When Cai sends recognition:CosignStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "proof": "$proof"}
        """
      Then the effects hold
        """
        [{"kind": "recognition.statement_cosigned", "agreement": "sc-jl", "source": "$sichuan", "period": "2026-10"}]
        """
      When Rui asks recognition:Statement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10"}
        """
      Then the answer holds
        """
        {"cosigned": true, "closing": "0"}
        """
      When Rui asks recognition:Statements
        """
        {"agreement": "sc-jl"}
        """
      Then the answer holds
        """
        {"items": [{"period": "2026-10", "cosigned": true}]}
        """
      When Rui and Ren send recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      Then it is refused with recognition.statement_cosigned, field "period", value "2026-10"

    Scenario: other figures are no cosignature
      Given Rui and Ren have sent recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      And in Jilin Rui and Ren have sent recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "root": "abababababababababababababababababababababababababababababababab", "lines": 1, "opening": "5", "out": "0", "minted": "0", "aborted": "0", "closing": "5"}
        """
      When Cai sends recognition:CosignStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "proof": "$proof"}
        """
      Then it is refused with recognition.not_proven, field "proof", value "2026-10", params {"effect": "recognition.statement_filed"}

  Rule: the period is one of the agreement's calendar, and over
    Scenario: another calendar, and a month that still runs
      When Rui and Ren send recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-Q3", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      Then it is refused with recognition.statement_period, field "period", value "2026-Q3", params {"settlement": "month"}
      When Rui and Ren send recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-11", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      Then it is refused with recognition.statement_early, field "period", value "2026-11"

  Rule: nothing appears or vanishes, in the period or between two
    Scenario: figures that do not balance
      When Rui and Ren send recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 1, "period": "2026-10", "root": "abababababababababababababababababababababababababababababababab", "lines": 2, "opening": "5", "out": "10", "minted": "8", "aborted": "2", "closing": "4"}
        """
      Then it is refused with recognition.statement_unbalanced, field "opening", value "2026-10", params {"gone": "15", "came": "14"}

    Scenario: an opening that is not the closing before
      Given Rui and Ren have sent recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-09", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      And in Jilin Rui and Ren have sent recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-09", "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "lines": 0, "opening": "0", "out": "0", "minted": "0", "aborted": "0", "closing": "0"}
        """
      And Cai has sent recognition:CosignStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-09", "proof": "$proof"}
        """
      When Rui and Ren send recognition:FileStatement
        """
        {"agreement": "sc-jl", "source": 0, "period": "2026-10", "root": "abababababababababababababababababababababababababababababababab", "lines": 1, "opening": "5", "out": "0", "minted": "5", "aborted": "0", "closing": "0"}
        """
      Then it is refused with recognition.statement_opening, field "opening", value "5", params {"expected": "0"}
