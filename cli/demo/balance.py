"""The supply equations: what the chain's effects moved, against what the ledger's state holds.

Both sides come from the chain and from different parts of it: flows from the effects of every block, stocks
from the accounts' and serial ranges' records. For the points of each issue

    issued + converted in + debt made by reversals
        = held + redeemed + cancelled + expired + reversed + converted out + debt repaid

and for each batch of credits: its ranges cover serials 1 to its quantity, each once, and what is active,
retired and cancelled agrees with what was issued, retired and cancelled.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Effect = Mapping[str, Any]


@dataclass(slots=True)
class Issue:
    """The flows of one issue of points, and what accounts hold of it."""

    issued: int = 0
    held: int = 0
    redeemed: int = 0
    cancelled: int = 0
    expired: int = 0
    reversed: int = 0
    converted_out: int = 0
    debt_made: int = 0
    debt_repaid: int = 0

    @property
    def balanced(self) -> bool:
        """Whether the equation holds."""
        gone = self.redeemed + self.cancelled + self.expired + self.reversed + self.converted_out
        return self.issued + self.debt_made == self.held + gone + self.debt_repaid


@dataclass(slots=True)
class Flows:
    """What the effects of a chain moved.

    Attributes:
        issues: points by issue id.
        grams: credited reductions, less what was reversed.
        recorded, rejected: activities.
        moved: points that changed hands.
        ranges: serials by kind of effect (issued, retired, cancelled), as (batch, first, last).
    """

    issues: defaultdict[str, Issue] = field(default_factory=lambda: defaultdict(Issue))
    grams: int = 0
    recorded: int = 0
    rejected: int = 0
    moved: int = 0
    ranges: defaultdict[str, list[tuple[str, int, int]]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)


def add_effect(found: Flows, effect: Effect, issue_of_batch: Mapping[str, str]) -> None:
    """Add one effect. `issue_of_batch` says into which issue an activity batch issued."""
    kind = effect["kind"]
    found.counts[kind] += 1
    if kind == "opening.balances_imported":
        issue = found.issues[effect["issue"]]
        issue.issued += int(effect["points"])
        issue.debt_repaid += int(effect["debt_repaid"])
    elif kind.startswith("points."):
        _points(found, kind, effect)
    elif kind.startswith("activities."):
        _activities(found, kind, effect, issue_of_batch)
    elif kind in {"credits.issued", "retirements.retired", "credits.cancelled"}:
        ranges = ((one["batch"], int(one["first"]), int(one["last"])) for one in effect["ranges"])
        found.ranges[kind.partition(".")[2]] += ranges


def _activities(found: Flows, kind: str, effect: Effect, issue_of_batch: Mapping[str, str]) -> None:
    if kind == "activities.recorded":
        issue = found.issues[issue_of_batch[effect["batch"]]]
        issue.issued += int(effect["points"])
        issue.debt_repaid += int(effect["debt_repaid"])
        found.grams += int(effect["reduction_g"])
        found.recorded += int(effect["count"])
        found.rejected += len(effect.get("rejected", ()))
    elif kind == "activities.reversed":
        issue = found.issues[issue_of_batch[effect["batch"]]]
        issue.reversed += int(effect["points"])
        issue.debt_made += int(effect["debt"])
        found.grams -= int(effect["reduction_g"])


def _points(found: Flows, kind: str, effect: Effect) -> None:
    lots = effect.get("lots", ())
    if kind == "points.issued":
        issue = found.issues[effect["issue"]]
        issue.issued += int(effect["points"])
        issue.debt_repaid += int(effect["debt_repaid"])
    elif kind == "points.transferred":
        found.moved += sum(int(lot["points"]) for lot in lots)
        _repay(found, lots, int(effect["debt_repaid"]))
    elif kind == "points.reversed":
        found.issues[effect["issue"]].reversed += int(effect["points"])
        found.issues[effect["issue"]].debt_made += int(effect["debt"])
    elif kind == "points.converted":
        for lot in lots:
            found.issues[lot["issue"]].converted_out += int(lot["points"])
        target = found.issues[effect["target_issue"]]
        target.issued += int(effect["target_points"])
        target.debt_repaid += int(effect.get("debt_repaid", 0))
    else:
        name = kind.partition(".")[2]
        for lot in lots:
            issue = found.issues[lot["issue"]]
            setattr(issue, name, getattr(issue, name) + int(lot["points"]))


def _repay(found: Flows, lots: Sequence[Mapping[str, Any]], repaid: int) -> None:
    """A receiver's debt is repaid by what expires first among the arriving lots (rules/lots.py)."""
    for lot in sorted(lots, key=lambda one: (one["expires"], one["issue"])):
        part = min(repaid, int(lot["points"]))
        found.issues[lot["issue"]].debt_repaid += part
        repaid -= part


@dataclass(frozen=True, slots=True)
class PointsBalance:
    """The equation of one programme's points, issue by issue, and of its debts."""

    issues: Mapping[str, Issue]
    debt: int
    accounts: int

    @property
    def debts_agree(self) -> bool:
        """Whether debts on accounts are those that reversals made, less what was repaid."""
        return self.debt == self.total("debt_made") - self.total("debt_repaid")

    @property
    def balanced(self) -> bool:
        """Whether every issue's equation holds, and the debts'."""
        return self.debts_agree and all(issue.balanced for issue in self.issues.values())

    def total(self, name: str) -> int:
        """One term over all issues."""
        return sum(getattr(issue, name) for issue in self.issues.values())


def points_balance(found: Flows, accounts: Iterable[Mapping[str, Any]]) -> PointsBalance:
    """Set what accounts hold (accounts:List) against the flows."""
    debt = number = 0
    for account in accounts:
        number += 1
        debt += int(account["debt"])
        for lot in account["lots"]:
            found.issues[lot["issue"]].held += int(lot["points"])
    return PointsBalance(found.issues, debt, number)


@dataclass(frozen=True, slots=True)
class CreditsBalance:
    """One batch of credits: kilograms by state, and whether its ranges are complete, disjoint and agree."""

    batch: str
    quantity: int
    states: Mapping[str, int]
    complete: bool
    agrees: bool

    @property
    def balanced(self) -> bool:
        """Whether the whole batch is there, once, in the states that the effects say."""
        return self.complete and self.agrees


def credits_balance(
    found: Flows, batch: str, quantity: int, ranges: Sequence[Mapping[str, Any]]
) -> CreditsBalance:
    """Set a batch's recorded ranges (credits:Ranges) against the flows."""
    following = 1
    complete = True
    states: Counter[str] = Counter()
    for one in sorted(ranges, key=lambda one: int(one["first"])):
        first, last = int(one["first"]), int(one["last"])
        complete = complete and first == following and last >= first
        following = last + 1
        states[one["state"]] += last - first + 1
    complete = complete and following == quantity + 1
    issued = _serials(found, "issued", batch)
    agrees = issued == set(range(1, quantity + 1)) and all(
        _serials(found, state, batch) == _in_state(ranges, state) for state in ("retired", "cancelled")
    )
    return CreditsBalance(batch, quantity, dict(states), complete, agrees)


def _serials(found: Flows, kind: str, batch: str) -> set[int]:
    return {
        serial for of, first, last in found.ranges[kind] if of == batch for serial in range(first, last + 1)
    }


def _in_state(ranges: Sequence[Mapping[str, Any]], state: str) -> set[int]:
    return {
        serial
        for one in ranges
        if one["state"] == state
        for serial in range(int(one["first"]), int(one["last"]) + 1)
    }
