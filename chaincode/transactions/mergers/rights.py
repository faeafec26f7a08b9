"""How each kind of right passes to a successor: the record names it instead, and units under it go along."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from tanhui.chaincode.contract.repository import Repository
from tanhui.chaincode.rules.errors import mergers as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, succeed
from tanhui.chaincode.transactions.credits.ledger import (
    change_pieces,
    change_spans,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.credits.record import Piece, Span
from tanhui.chaincode.transactions.mergers.merging import require_successor
from tanhui.chaincode.transactions.mergers.record import Merger
from tanhui.chaincode.transactions.trusts.record import Trust
from tanhui.chaincode.transactions.tx import Tx


class Passing(NamedTuple):
    """Where the records of a kind stand, which of their fields name parties, and which of those holds the units."""

    repository: str
    """The name of the repository on Tx."""
    parties: tuple[str, ...]
    holder: str = ""
    """The party whose units stand under the right; empty where none do."""
    roles: Mapping[str, Role] = {}
    """The role that a successor needs to take a party's place."""


PASSING: Final[Mapping[str, Passing]] = {
    "offer": Passing("offers", ("sender", "receiver"), "sender"),
    "trade": Passing("trades", ("seller", "buyer"), "seller"),
    "listing": Passing("listings", ("seller",)),
    "intent": Passing("intents", ("buyer", "seller")),
    "pledge": Passing(
        "pledges",
        ("pledgor", "lienholder", "agreed_receiver"),
        "pledgor",
        {"lienholder": Role.LIENHOLDER},
    ),
    "trust": Passing("trusts", ("settlor", "trustee", "beneficiary")),
    "policy": Passing("policies", ("insurer", "insured")),
    "project": Passing("projects", ("owner", "buffer_holder"), roles={"owner": Role.PROJECT_OWNER}),
    "programme": Passing("programmes", ("operator",), roles={"operator": Role.PLATFORM_OPERATOR}),
    "energy_contract": Passing(
        "energy_contracts",
        ("institution", "provider", "lienholder"),
        roles={"institution": Role.PUBLIC_INSTITUTION, "lienholder": Role.LIENHOLDER},
    ),
}
"""Every kind of tie but unit accounts (ties.py)."""


async def pass_right(
    tx: Tx, merger: Merger, kind: str, reference: str, pieces: Sequence[Piece]
) -> list[Range]:
    """Put the successor in the organisation's place; returns the ranges that went along.

    A successor that is the other party already is both from then on, and ends the right as either.

    Raises:
        Refusal: mergers.successor, mergers.pieces, credits.receiver, and what the ranges raise.
    """
    passing = PASSING[kind]
    repository: Repository[Any] = getattr(tx, passing.repository)
    record = await repository.get(reference)
    named = [party for party in passing.parties if getattr(record, party) == merger.organisation]
    await require_successor(
        tx, merger.successor, *[passing.roles[party] for party in named if party in passing.roles]
    )
    ranges: list[Range] = []
    if isinstance(record, Trust):
        ranges = await _trust_units(tx, merger, record, pieces)
    elif passing.holder in named:
        ranges = await _units(tx, merger, record.spans)
    changed = msgspec.structs.replace(record, **dict.fromkeys(named, merger.successor))
    repository.put(changed, reference)
    return ranges


async def _units(tx: Tx, merger: Merger, spans: tuple[Span, ...]) -> list[Range]:
    await require_receiver(tx, merger.successor)
    return await change_spans(tx, spans, lambda one: succeed(one, merger.organisation, merger.successor))


async def _trust_units(tx: Tx, merger: Merger, trust: Trust, pieces: Sequence[Piece]) -> list[Range]:
    """What is left in a trust lies wherever it was not handed out, so its pieces are named."""
    holder = trust.settlor if trust.status == "offered" else trust.trustee
    if holder != merger.organisation:
        return []
    await require_receiver(tx, merger.successor)
    ranges = await change_pieces(tx, pieces, lambda one: succeed(one, merger.organisation, merger.successor))
    listed = quantity_of(ranges)
    under = all(any(hold.reference == trust.id for hold in one.holds) for one in ranges)
    if listed != trust.remaining or not under:
        raise codes.PIECES.at("trust", trust.id, remaining=trust.remaining, listed=listed)
    return ranges
