"""What a verifier answers: valid as of, invalid with the reason, or insufficient with what lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tanhui.proofs.canonical import Json
from tanhui.proofs.leaf import Leaf


@dataclass(frozen=True, slots=True)
class ValidAsOf:
    """The bundle holds, as of a log of `size` leaves that a quorum had seen at `time`.

    What came later, a recall for example, it cannot show: that takes a fresh query.

    Attributes:
        size: leaves of the log whose checkpoint the bundle leads to.
        time: POSIX seconds at or after which a quorum of witnesses cosigned; None where the anchors ask for
        none. leaf: the transaction.
        effects: what it did, as JSON objects; empty where it did nothing or the bundle leaves it out.
        effect: which of them the bundle is about.
        opened: commitments that the bundle opens, by the field's path.
        issuer: who signed the certificate, for a retirement.
    """

    size: int
    time: int | None
    leaf: Leaf
    effects: tuple[Json, ...] = ()
    effect: int | None = None
    opened: Mapping[str, str] = field(default_factory=dict)
    issuer: str | None = None
    outcome: Literal["valid"] = "valid"


@dataclass(frozen=True, slots=True)
class Invalid:
    """The bundle is refused. `reason` is a dotted code that both verifiers share, `detail` is for people."""

    reason: str
    detail: str = ""
    outcome: Literal["invalid"] = "invalid"


@dataclass(frozen=True, slots=True)
class Insufficient:
    """Nothing in the bundle is wrong, but it does not carry what these anchors ask for."""

    missing: tuple[str, ...]
    outcome: Literal["insufficient"] = "insufficient"


Verdict = ValidAsOf | Invalid | Insufficient
