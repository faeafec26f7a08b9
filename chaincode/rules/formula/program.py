"""A formula ready to run, and the bounded cache that keeps it so."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import rfc8785

from tanhui.chaincode.rules.errors import formula as codes
from tanhui.chaincode.rules.formula.closures import Evaluate, compile_node
from tanhui.chaincode.rules.formula.document import Document, Input, read
from tanhui.chaincode.rules.formula.tree import Parser

FORMULAS_CACHED_MAX = 256


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula.

    identity: SHA-256 of `canonical`, the document's RFC 8785 form, as lowercase hex.
    evaluate: grams for inputs that are known to be in range; `grams` checks them first.
    grams_max: the most that any inputs in range can give.
    """

    identity: str
    canonical: bytes
    document: Document
    evaluate: Evaluate
    grams_max: int

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What a record must bring, in this order."""
        return self.document.inputs

    def grams(self, inputs: Sequence[int]) -> int:
        """Grams CO2e for one record's inputs, in declared order.

        Raises:
            Refusal: formula.inputs_differ, formula.input_range.
        """
        self.require_inputs(inputs)
        return self.evaluate(inputs)

    def require_inputs(self, inputs: Sequence[int]) -> None:
        """Refuse inputs that are too many, too few, or out of range."""
        declared = self.document.inputs
        if len(inputs) != len(declared):
            names = ", ".join(one.name for one in declared)
            raise codes.INPUTS_DIFFER.at("inputs", len(inputs), expected=names)
        for one, value in zip(declared, inputs, strict=True):
            if not one.low <= value <= one.high:
                raise codes.INPUT_RANGE.at(one.name, value, low=one.low, high=one.high, unit=one.unit)


@lru_cache(maxsize=FORMULAS_CACHED_MAX)
def load(text: str) -> Formula:
    """Read, check, compile, and run the test vectors. The same text is compiled once.

    Raises:
        Refusal: formula.*, value.*.
    """
    document = read(text)
    root = Parser(document).parse()
    canonical = rfc8785.dumps(dict(document.json))
    formula = Formula(sha256(canonical).hexdigest(), canonical, document, compile_node(root), root.high)
    for at, vector in enumerate(document.vectors):
        computed = formula.grams(vector.inputs)
        if computed != vector.grams:
            raise codes.VECTOR_DIFFERS.at(f"vectors[{at}]", vector.grams, computed=computed)
    return formula
