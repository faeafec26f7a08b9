"""Whether a retirement's units were recalled since, and replaced: what the ledger says of its certificate now. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

State: TypeAlias = Literal["valid", "recalled", "recalled_and_replaced"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a certificate stands. Quantities are kilograms CO2e."""

    state: State
    recalled: int = 0
    replaced: int = 0
    replacement: Sequence[Mapping[str, str]] = ()


def standing(answer: Mapping[str, Any] | None) -> Standing:
    """The answer of `retirements:Standing`; None is a ledger without recalls, on which nothing was."""
    if answer is None:
        return Standing("valid")
    return Standing(
        answer["says"], int(answer["recalled"]), int(answer["replaced"]), tuple(answer.get("replacement", ()))
    )
