"""What is due for a recall, and who replaces it."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recalls as codes
from tanhui.chaincode.rules.recalls import overlaps
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.recalls.record import NO_RETIREMENT, Recall, RecallDue
from tanhui.chaincode.transactions.tx import Tx

Source: TypeAlias = Literal["owner", "buffer", "holder", "insurer"]


class RecallOrder(Order, frozen=True, kw_only=True):
    """Which recall."""

    recall: Slug


class RecallPiecesOrder(RecallOrder, frozen=True, kw_only=True):
    """Which recall, and serials."""

    pieces: Pieces


async def add_due(tx: Tx, recall: str, holder: str, retirement: str, quantity: int) -> None:
    """Note that so many kilograms were taken, under a retirement or ("") as units."""
    key = (holder, retirement or NO_RETIREMENT, recall)
    known = await tx.recall_dues.find(*key)
    if known is None:
        known = RecallDue(
            recall=recall,
            holder=holder,
            retirement=retirement,
            recalled=Amount(0),
            replaced=Amount(0),
            replacement=(),
            acknowledged=None,
        )
    due = msgspec.structs.replace(known, recalled=Amount(known.recalled + quantity))
    tx.recall_dues.put(due, *key)


async def due_of(tx: Tx, recall: str, holder: str, retirement: str) -> RecallDue:
    """What one recall took from a holder, under a retirement or ("") as units.

    Raises:
        Refusal: recalls.nothing_due.
    """
    found = await tx.recall_dues.find(holder, retirement or NO_RETIREMENT, recall)
    if found is None:
        raise codes.NOTHING_DUE.at(
            "retirement" if retirement else "holder", retirement or holder, recall=recall
        )
    return found


def put_due(tx: Tx, due: RecallDue) -> None:
    """Write a due as it is."""
    tx.recall_dues.put(due, due.holder, due.retirement or NO_RETIREMENT, due.recall)


async def source_of(tx: Tx, recall: Recall, allowed: Mapping[str, Source]) -> Source:
    """In which capacity the caller replaces: as the project's owner, its buffer's holder, or one of `allowed`.

    Raises:
        Refusal: recalls.replacer.
    """
    project = await tx.projects.find(recall.project)
    sources: dict[str, Source] = dict(allowed)
    if project is None:  # a former registry's batch names its owner only
        batch = await tx.batches.find(recall.batch)
        if batch is not None:  # a mirror's owner is the other region's
            sources[batch.owner] = "owner"
    else:
        if project.buffer_holder:
            sources[project.buffer_holder] = "buffer"
        sources[project.owner] = "owner"
    source = sources.get(tx.caller.organisation)
    if source is None:
        raise codes.REPLACER.at("recall", tx.caller.organisation, allowed=",".join(sorted(sources)))
    return source


def require_other_units(recall: Recall, pieces: Pieces) -> None:
    """Refuse units of the recall's own scope as a replacement.

    Raises:
        Refusal: recalls.same_units.
    """
    for one in pieces:
        if one.batch == recall.batch and overlaps(recall.scope, one.first, one.last):
            raise codes.SAME_UNITS.at("pieces", f"{one.batch}:{one.first}-{one.last}")
