"""credits:Merge."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.serials import Serial, merge, require_free, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    drop_range,
    put_range,
    recorded,
)
from tanhui.chaincode.transactions.credits.record import PIECES_MAX, BatchId, serial_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsMerged


class MergeOrder(Order, frozen=True, kw_only=True):
    """Recorded ranges of one batch, by their first serials, in order."""

    batch: BatchId
    ranges: Annotated[tuple[Serial, ...], msgspec.Meta(min_length=2, max_length=PIECES_MAX)]


@transaction("credits:Merge", roles=HOLDING_ROLES)
async def merge_ranges(tx: Tx, order: MergeOrder) -> CreditsMerged:
    """Make one range out of own free ones that continue each other. No serial changes hands or state."""
    await tx.load(*{tx.ranges.at(order.batch, serial_key(first)) for first in order.ranges})
    parts = [await recorded(tx, order.batch, first) for first in order.ranges]
    for one in parts:
        require_holder(one, tx.caller.organisation)
        require_free(one)
    whole = merge(parts)
    for one in parts[1:]:
        drop_range(tx, one)
    put_range(tx, whole, whole.holder)
    return CreditsMerged(
        holder=whole.holder, parts=len(parts), ranges=as_effect((whole,)), quantity_kg=whole.quantity
    )
