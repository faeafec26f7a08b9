"""recalls:Replace."""

from typing import Literal, cast

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import recalls as codes
from tanhui.chaincode.rules.recalls import replaced, says
from tanhui.chaincode.rules.serials import Range, require_holder, retire
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
    spans_of,
)
from tanhui.chaincode.transactions.recalls.dues import (
    RecallPiecesOrder,
    due_of,
    put_due,
    require_other_units,
    source_of,
)
from tanhui.chaincode.transactions.recalls.record import REPLACEMENT_SPANS_MAX
from tanhui.chaincode.transactions.retirements.record import RetirementId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.recalls import RecallReplaced


class ReplaceRecalledOrder(RecallPiecesOrder, frozen=True, kw_only=True):
    """Under which retirement the caller's own units replace what was recalled."""

    retirement: RetirementId


@transaction("recalls:Replace", roles=HOLDING_ROLES)
async def replace_retired(tx: Tx, order: ReplaceRecalledOrder) -> RecallReplaced:
    """Retire own free units under a recalled certificate, as the project's owner, from its buffer, or as who retired.

    Once nothing is missing the certificate says "recalled and replaced". It stays one certificate.
    """
    recall = await tx.recalls.get(order.recall)
    retirement = await tx.retirements.get(order.retirement)
    source = await source_of(tx, recall, {retirement.holder: "holder"})
    due = await due_of(tx, recall.id, retirement.holder, retirement.id)
    require_other_units(recall, order.pieces)
    holder = tx.caller.organisation

    def retired(piece: Range) -> Range:
        require_holder(piece, holder)
        return retire(piece, retirement.id)

    ranges = await change_pieces(tx, order.pieces, retired)
    quantity = quantity_of(ranges)
    spans = (*due.replacement, *spans_of(ranges))
    if len(spans) > REPLACEMENT_SPANS_MAX:
        raise codes.SPANS_MANY.at("pieces", len(spans), limit=REPLACEMENT_SPANS_MAX)
    now = replaced(due.recalled, due.replaced, quantity)
    put_due(tx, msgspec.structs.replace(due, replaced=Amount(now), replacement=spans))
    certificate = says(due.recalled, now)
    return RecallReplaced(
        recall=recall.id,
        retirement=retirement.id,
        holder=holder,
        source=source,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        certificate=cast("Literal['recalled', 'recalled_and_replaced']", certificate),
    )
