"""recalls:Compensate."""

from typing import Literal, cast

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.recalls import replaced
from tanhui.chaincode.rules.serials import Range, move, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.recalls.dues import (
    RecallPiecesOrder,
    due_of,
    put_due,
    require_other_units,
    source_of,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.recalls import RecallCompensated


class CompensateRecallOrder(RecallPiecesOrder, frozen=True, kw_only=True):
    """Whose cancelled units are made good with the caller's own."""

    holder: OrganisationId


@transaction("recalls:Compensate", roles=HOLDING_ROLES)
async def compensate(tx: Tx, order: CompensateRecallOrder) -> tuple[RecallCompensated, CreditsTransferred]:
    """Give a holder free units for those that a recall cancelled, as the project's owner or from its buffer."""
    recall = await tx.recalls.get(order.recall)
    source = await source_of(tx, recall, {})
    sender = tx.caller.organisation
    if order.holder == sender:
        raise credit_codes.SAME_HOLDER.at("holder", sender)
    await require_receiver(tx, order.holder)
    due = await due_of(tx, recall.id, order.holder, "")
    require_other_units(recall, order.pieces)

    def given(piece: Range) -> Range:
        require_holder(piece, sender)
        return move(piece, order.holder)

    ranges = await change_pieces(tx, order.pieces, given)
    quantity = quantity_of(ranges)
    now = replaced(due.recalled, due.replaced, quantity)
    put_due(tx, msgspec.structs.replace(due, replaced=Amount(now)))
    made_good = RecallCompensated(
        recall=recall.id,
        holder=order.holder,
        source=cast("Literal['owner', 'buffer']", source),
        quantity_kg=quantity,
    )
    moved = CreditsTransferred(
        sender=sender,
        receiver=order.holder,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        transfer=f"recall:{recall.id}",
    )
    return made_good, moved
