"""One statement drawn twice, from each ledger's own records, and where the two differ.

What is in flight the destination cannot know of its own: such lines are the source's word, with the proof of the
lock. Everything else each side states from what it recorded itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tanhui.network.relay.side import Side
from tanhui.proofs.statements.differences import Difference, LocalNodes, differences
from tanhui.proofs.statements.document import Header, ProvenLine
from tanhui.proofs.statements.lines import Flow, Line, Outcome, lines_of
from tanhui.proofs.statements.periods import Period
from tanhui.proofs.statements.sum_tree import SumTree

PAGE: Final = 500
_OUTCOMES: Final[dict[str, Outcome]] = {"locked": "open", "finalised": "minted", "unlocked": "aborted"}


@dataclass(frozen=True, slots=True)
class Parties:
    """An agreement's two ledgers, by the number of their party."""

    agreement: str
    genesis: tuple[bytes, bytes]
    sides: tuple[Side, Side]
    lane: str
    ratio: tuple[int, int]
    """(second party's units, for so many of the first's)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One way of one period."""

    source: int
    own: SumTree
    """As the source's records give it."""
    other: SumTree
    """As the destination's do, with what is in flight taken from the source."""
    differences: tuple[Difference, ...]
    asked: int
    """Nodes that each side was asked for, to find them."""
    proven: tuple[ProvenLine, ...]
    """The source's lines, with what proves each."""
    filed: tuple[str, str]
    """Transactions in which source and destination filed a statement of these figures; "" for none."""
    target_minted: int
    """What was minted in the period, in the destination's units."""

    @property
    def flow(self) -> Flow:
        """The source's figures."""
        return self.own.label.flow

    def header(self, parties: Parties, period: Period) -> Header:
        """What the statement's file says in all."""
        return Header(
            parties.agreement,
            period.name,
            parties.genesis[self.source],
            parties.genesis[1 - self.source],
            self.own.label,
            self.filed,
        )


async def parties_of(sides: tuple[Side, Side], agreement: str) -> Parties:
    """The agreement's ledgers in the order of its parties, whichever side was named first."""
    found: dict[int, Side] = {}
    for side in sides:
        record = await side.ask("recognition:Agreement", {"agreement": agreement})
        found[record["own"]] = side
    if set(found) != {0, 1}:
        raise ValueError(f"both sides are the same party of {agreement}")
    terms = await sides[0].ask("recognition:Terms", {"agreement": agreement, "terms": record["terms"]})
    document = terms["terms"]
    first, second = (bytes.fromhex(party["genesis"]) for party in document["parties"])
    return Parties(
        agreement,
        (first, second),
        (found[0], found[1]),
        document["lane"],
        (document["numerator"], document["denominator"]),
    )


async def draw(parties: Parties, period: Period, source: int) -> Drawn:
    """Draw what crossed from party `source` in a period, from both ledgers."""
    near, far = parties.sides[source], parties.sides[1 - source]
    sent = {one["id"]: one for one in await all_of(near, "recognition:Outgoing", parties.agreement)}
    received = {one["id"]: one for one in await all_of(far, "recognition:Incoming", parties.agreement)}
    gone = {name: _sent(one) for name, one in sent.items()}
    come = {name: _received(one) for name, one in received.items()}
    in_flight = [line for name, line in gone.items() if name not in come and line.outcome == "open"]
    lines = lines_of(period, gone.values())
    own = SumTree(lines)
    other = SumTree(lines_of(period, [*come.values(), *in_flight]))
    asked = LocalNodes(own)
    found = tuple(differences(asked, LocalNodes(other)))
    minted = [line.transfer for line, _ in lines if line.outcome == "minted"]
    return Drawn(
        source,
        own,
        other,
        found,
        asked.asked,
        tuple(_proven(line, sent[line.transfer], received.get(line.transfer)) for line, _ in lines),
        (await _filed(near, parties, period, source, own), await _filed(far, parties, period, source, own)),
        sum(int(sent[name]["target_quantity"]) for name in minted),
    )


async def prove(parties: Parties, drawn: Iterable[Drawn]) -> dict[tuple[bytes, str], bytes]:
    """Every bundle that the statements lean on, by ledger and transaction.

    Raises:
        LookupError: the log of a side does not cover a transaction yet.
    """
    wanted: set[tuple[int, str]] = set()
    for one in drawn:
        wanted |= {(one.source, line.lock) for line in one.proven}
        wanted |= {(one.source if line.by_ruling else 1 - one.source, line.settlement) for line in one.proven}
        wanted |= {(side, one.filed[at]) for at, side in enumerate((one.source, 1 - one.source))}
    bundles = {}
    for party, transaction in sorted(wanted):
        if not transaction:
            continue
        bundle = await parties.sides[party].prove(transaction)
        if bundle is None:
            raise LookupError(f"{parties.sides[party].name}: no checkpoint covers {transaction} yet")
        bundles[parties.genesis[party], transaction] = bundle
    return bundles


def _proven(line: Line, sent: dict[str, Any], received: dict[str, Any] | None) -> ProvenLine:
    if line.outcome == "open":
        return ProvenLine(line, sent["transaction"])
    if sent["settled_in"]:
        return ProvenLine(line, sent["transaction"], sent["settled_in"])
    if received is not None and line.outcome == "minted":
        return ProvenLine(line, sent["transaction"], received["transaction"])
    return ProvenLine(line, sent["transaction"], sent["closed_in"], by_ruling=True)


def _sent(one: dict[str, Any]) -> Line:
    outcome = _OUTCOMES[one["status"]]
    return Line(
        one["id"], one["terms"], int(one["quantity"]), one["seconds"], outcome, one["settled_seconds"]
    )


def _received(one: dict[str, Any]) -> Line:
    quantity, locked = int(one["quantity"]), one["locked_seconds"]
    return Line(one["id"], one["terms"], quantity, locked, one["status"], one["seconds"])


async def _filed(side: Side, parties: Parties, period: Period, source: int, tree: SumTree) -> str:
    """The transaction in which a side filed exactly these figures; "" where it has not."""
    bookmark = ""
    while True:
        page = await side.ask(
            "recognition:Statements",
            {"agreement": parties.agreement, "page_size": PAGE, "bookmark": bookmark},
        )
        for one in page["items"]:
            if (one["source"], one["period"], one["root"]) == (source, period.name, tree.label.hash.hex()):
                return str(one["transaction"])
        bookmark = page["bookmark"]
        if not bookmark:
            return ""


async def all_of(side: Side, function: str, agreement: str) -> list[dict[str, Any]]:
    """The items of all pages of a question about an agreement."""
    found: list[dict[str, Any]] = []
    bookmark = ""
    while True:
        page = await side.ask(function, {"agreement": agreement, "page_size": PAGE, "bookmark": bookmark})
        found += page["items"]
        bookmark = page["bookmark"]
        if not bookmark:
            return found
