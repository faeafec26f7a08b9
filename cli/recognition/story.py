"""What happened in the demonstration, for its report."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Story:
    """What happened, for the report."""

    runs_on: dict[str, str] = field(default_factory=dict)
    """By region, what runs its ledger."""
    steps: list[tuple[str, str]] = field(default_factory=list)
    carried: dict[str, int] = field(default_factory=dict)
    statements: list[dict[str, Any]] = field(default_factory=list)
    """Of each agreement: both ways of the running period, from both ledgers, and the netting."""
    checked: int = 0
    """Statements that a third party accepted by both regions' anchors alone."""

    def tell(self, step: str, what: str) -> None:
        """Note one step."""
        self.steps.append((step, what))
