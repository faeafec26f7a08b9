"""How a transaction says no: four parts that cross Fabric as one canonical JSON string (state.md, Errors)."""

from collections.abc import Mapping
from typing import Final, Protocol, runtime_checkable

from tanhui.chaincode.contract.canonical import canonical_json

VALUE_SHOWN_MAX: Final = 120
"""Characters of a refused value that are shown; a longer one is cut and ends in "…"."""


@runtime_checkable
class Refused(Protocol):
    """Any exception with these four parts is a refusal: the layer above brings its own."""

    @property
    def code(self) -> str:
        """Dotted, never reused: "points.insufficient"."""

    @property
    def field(self) -> str:
        """What was refused: a field of the argument, or of the caller."""

    @property
    def value(self) -> str:
        """Its value."""

    @property
    def params(self) -> Mapping[str, str]:
        """What else the sentence needs."""


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """A refusal by the contract layer itself; its codes are the constants of `codes.py`."""

    def __init__(self, code: str, field: str, value: object, **params: object) -> None:
        text = str(value)
        self.code = code
        self.field = field
        self.value = text if len(text) <= VALUE_SHOWN_MAX else text[:VALUE_SHOWN_MAX] + "…"
        self.params: dict[str, str] = {name: str(param) for name, param in params.items()}
        super().__init__(f"{code}: {field}={self.value} {self.params}")


def refusal_text(refused: Refused) -> str:
    """The response message: `{"code","field","params","value"}` in canonical JSON."""
    parts = {
        "code": refused.code,
        "field": refused.field,
        "value": refused.value,
        "params": dict(refused.params),
    }
    return canonical_json(parts).decode()
