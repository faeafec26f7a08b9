"""What stands for a value in a data set's steps.

$org:NAME an organisation's id, $unit:N a made-up institution's, $units:FIGURE as many of them, $doc:NAME a
document's hash, $acct:NAME an account, $fig:NAME a figure as a number and $figs:NAME as a decimal string, $day:N
the day of the run plus N days, $today:N the day on which the step is sent plus N, $year:N the run's year plus N,
$salt:NAME, $secret:NAME and $commit:NAME of a voucher, $seed:NAME and $sealed:NAME a draw's seed and its commitment,
$var:NAME what a query's answer gave, $int:N a number, $verdicts:BATCH PERSON CONFIDENCE … a review.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from tanhui.chaincode.rules.attestations import Verdict, pack
from tanhui.chaincode.rules.draws import seed_commitment
from tanhui.cli.demo.clerk import today
from tanhui.cli.demo.setting import document_hash, unit_organisation
from tanhui.cli.programmes.data_set import Figure
from tanhui.proofs.effects import commit

_EPOCH: Final = date(1970, 1, 1)


def account_id(name: str) -> str:
    """A made-up account's id: nobody stands behind it."""
    return sha256(f"tanhui programme account {name}".encode()).hexdigest()[:32]


def evidence(batch: str, person: str) -> bytes:
    """The made-up hash of what shows one person's activity of a batch."""
    return sha256(f"tanhui programme evidence {batch} {person}".encode()).digest()


def verdicts(text: str) -> str:
    """Packed verdicts as base64: `BATCH PERSON CONFIDENCE …` in the batch's order, below zero for a refusal."""
    batch, *rest = text.split()
    packed = b"".join(
        pack(Verdict(at, evidence(batch, person), int(sure) > 0, abs(int(sure)), bytes(32)))
        for at, (person, sure) in enumerate(zip(rest[::2], rest[1::2], strict=True))
    )
    return base64.b64encode(packed).decode()


def salt(name: str) -> str:
    """A voucher's made-up salt."""
    return document_hash(f"salt {name}")


PLAIN: Final[Mapping[str, Callable[[str], Any]]] = {
    "unit": lambda number: unit_organisation(int(number)),
    "doc": document_hash,
    "acct": account_id,
    "int": int,
    "salt": salt,
    "secret": lambda name: f"voucher-{name}",
    "commit": lambda name: commit(bytes.fromhex(salt(name)), f"voucher-{name}").hex(),
    "verdicts": verdicts,
    "seed": lambda name: document_hash(f"seed {name}"),
    "sealed": lambda name: seed_commitment(bytes.fromhex(document_hash(f"seed {name}"))).hex(),
}
"""Placeholders that need nothing but what follows the colon."""


class Placeholders:
    """Resolves steps. `variables` grows as queries are answered."""

    def __init__(
        self,
        figures: Mapping[str, Figure],
        organisations: Mapping[str, str],
        day: int,
        clock: Callable[[], int] = today,
    ) -> None:
        self._figures = figures
        self._organisations = organisations
        self._today = _EPOCH + timedelta(days=day)
        self._clock = clock
        self.variables: dict[str, Any] = {}

    def resolve(self, value: Any, names: Mapping[str, Any]) -> Any:
        """The value with every {name} and placeholder in it replaced.

        Raises:
            KeyError, ValueError: a placeholder names nothing.
        """
        if isinstance(value, dict):
            return {str(self.resolve(key, names)): self.resolve(one, names) for key, one in value.items()}
        if isinstance(value, list):
            return [self.resolve(one, names) for one in value]
        if not isinstance(value, str):
            return value
        for name, one in names.items():
            value = value.replace("{" + name + "}", str(one))
        return self._placeholder(value) if value.startswith("$") else value

    def _placeholder(self, text: str) -> Any:
        kind, _, name = text[1:].partition(":")
        if kind in PLAIN:
            return PLAIN[kind](name)
        known: dict[str, Callable[[str], Any]] = {
            "org": self._organisations.__getitem__,
            "var": self.variables.__getitem__,
            "fig": lambda figure: self._figures[figure].value,
            "figs": lambda figure: str(self._figures[figure].value),
            "units": lambda figure: [unit_organisation(n) for n in range(1, self._figures[figure].value + 1)],
            "day": lambda days: (self._today + timedelta(days=int(days))).isoformat(),
            "today": lambda days: (_EPOCH + timedelta(days=self._clock() + int(days))).isoformat(),
            "year": lambda years: self._today.year + int(years or "0"),
        }
        if kind not in known:
            raise ValueError(f"{text}: no such placeholder")
        return known[kind](name)
