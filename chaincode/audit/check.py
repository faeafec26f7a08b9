"""One invariant: it follows every transaction in order, then judges the state."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from tanhui.chaincode.audit.reading import Records, Transaction

FINDINGS_MAX = 1_000
"""Findings that one invariant lists; the count goes on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where an invariant does not hold."""

    where: str
    detail: str


@dataclass(slots=True)
class Report:
    """What one invariant came to. Figures are whole numbers by name."""

    name: str
    figures: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: int = 0
    """Findings in all, those beyond FINDINGS_MAX included."""

    def find(self, where: str, detail: str) -> None:
        """Note that it does not hold there."""
        self.broken += 1
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(where, detail))

    def equal(self, where: str, what: str, found: object, expected: object) -> None:
        """Note a difference."""
        if found != expected:
            self.find(where, f"{what}: {found}, expected {expected}")

    def count(self, figure: str, by: int = 1) -> None:
        """Add to a figure."""
        self.figures[figure] = self.figures.get(figure, 0) + by


class Check(ABC):
    """An invariant. Made fresh for one reading of a ledger."""

    name: ClassVar[str]
    """lane.what, stable for programs."""

    def follow(self, transaction: Transaction) -> None:  # noqa: B027  an invariant of the state alone needs none
        """Take in the next transaction, in the order of the chain."""

    @abstractmethod
    def judge(self, records: Records) -> Report:
        """Compare what was followed with the state after it. May be called again after more transactions."""
