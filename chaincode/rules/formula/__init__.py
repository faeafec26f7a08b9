"""A methodology's formula: executable as data, bounded, whole numbers only (state.md, Formula).

    formula = load(text)             # parsed, proven to stay in bounds, its test vectors run
    formula.identity                 # SHA-256 of its RFC 8785 form
    formula.grams((3200, 1))         # inputs in declared order → grams CO2e

Everything that can go wrong with a formula goes wrong when it is filed: intervals are computed over the
declared input ranges, so that a filed formula never divides by zero, overflows or leaves a table. At issuance
only an input out of its range is refused.
"""

from tanhui.chaincode.rules.formula.document import Document, Factor, Input, Table, Vector
from tanhui.chaincode.rules.formula.program import Formula, load

__all__ = ["Document", "Factor", "Formula", "Input", "Table", "Vector", "load"]
