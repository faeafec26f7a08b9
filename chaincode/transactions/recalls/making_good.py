"""The two ways to make a recall good: units retired under the certificate, or units in the holder's hands."""

from typing import Literal, cast

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.errors import recalls as codes
from tanhui.chaincode.rules.recalls import replaced, says
from tanhui.chaincode.rules.serials import Range, move, require_holder, retire
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
    spans_of,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.recalls.dues import Source, due_of, put_due, require_other_units
from tanhui.chaincode.transactions.recalls.record import REPLACEMENT_SPANS_MAX, Recall
from tanhui.chaincode.transactions.retirements.record import Retirement
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.recalls import RecallCompensated, RecallReplaced


async def replace_under(
    tx: Tx, recall: Recall, retirement: Retirement, source: Source, pieces: Pieces
) -> RecallReplaced:
    """Retire the caller's own free units under a recalled certificate.

    Raises:
        Refusal: recalls.nothing_due, recalls.same_units, recalls.too_much, recalls.spans_many, credits.not_holder,
            credits.held, credits.not_active.
    """
    due = await due_of(tx, recall.id, retirement.holder, retirement.id)
    require_other_units(recall, pieces)
    holder = tx.caller.organisation

    def retired(piece: Range) -> Range:
        require_holder(piece, holder)
        return retire(piece, retirement.id)

    ranges = await change_pieces(tx, pieces, retired)
    quantity = quantity_of(ranges)
    spans = (*due.replacement, *spans_of(ranges))
    if len(spans) > REPLACEMENT_SPANS_MAX:
        raise codes.SPANS_MANY.at("pieces", len(spans), limit=REPLACEMENT_SPANS_MAX)
    now = replaced(due.recalled, due.replaced, quantity)
    put_due(tx, msgspec.structs.replace(due, replaced=Amount(now), replacement=spans))
    return RecallReplaced(
        recall=recall.id,
        retirement=retirement.id,
        holder=holder,
        source=source,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        certificate=cast("Literal['recalled', 'recalled_and_replaced']", says(due.recalled, now)),
    )


async def heir_of(tx: Tx, holder: str) -> str:
    """Who stands for a holder now: itself, or the organisation that it was merged into."""
    return (await tx.organisations.get(holder)).successor or holder


async def give_units(
    tx: Tx, recall: Recall, holder: str, source: Source, pieces: Pieces
) -> tuple[RecallCompensated, CreditsTransferred]:
    """Move the caller's own free units to a holder whose units a recall cancelled, or to its successor.

    Raises:
        Refusal: credits.same_holder, credits.receiver, recalls.nothing_due, recalls.same_units, recalls.too_much,
            credits.not_holder, credits.held, credits.not_active.
    """
    sender = tx.caller.organisation
    receiver = await heir_of(tx, holder)
    if receiver == sender:
        raise credit_codes.SAME_HOLDER.at("holder", sender)
    await require_receiver(tx, receiver)
    due = await due_of(tx, recall.id, holder, "")
    require_other_units(recall, pieces)

    def given(piece: Range) -> Range:
        require_holder(piece, sender)
        return move(piece, receiver)

    ranges = await change_pieces(tx, pieces, given)
    quantity = quantity_of(ranges)
    now = replaced(due.recalled, due.replaced, quantity)
    put_due(tx, msgspec.structs.replace(due, replaced=Amount(now)))
    made_good = RecallCompensated(
        recall=recall.id,
        holder=holder,
        source=cast("Literal['owner', 'buffer', 'insurer']", source),
        quantity_kg=quantity,
    )
    moved = CreditsTransferred(
        sender=sender,
        receiver=receiver,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        transfer=f"recall:{recall.id}",
    )
    return made_good, moved
