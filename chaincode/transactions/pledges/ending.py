"""What every end of a pledge has in common."""

import msgspec

from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, move
from tanhui.chaincode.rules.states import PLEDGE as MACHINE
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_spans,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.pledges.record import Pledge, PledgeStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred


def lien_of(pledge: str) -> Hold:
    """The hold that a pledge places on its ranges."""
    return Hold(HoldKind.LIEN, pledge)


def put_pledge(tx: Tx, pledge: Pledge, to: PledgeStatus, ground: str) -> None:
    """Write the pledge as ended.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(pledge.status, to)
    tx.pledges.put(msgspec.structs.replace(pledge, status=to, ground=ground), pledge.id)


async def hand_over(tx: Tx, pledge: Pledge, receiver: str, ground: str, transfer: str) -> CreditsTransferred:
    """Move every pledged unit to `receiver`; a freeze or another hold on any of them stops all.

    Raises:
        Refusal: states.not_allowed, credits.same_holder, credits.receiver, credits.held.
    """
    put_pledge(tx, pledge, "enforced", ground)
    if receiver == pledge.pledgor:
        raise codes.SAME_HOLDER.at("receiver", receiver)
    await require_receiver(tx, receiver)
    lien = lien_of(pledge.id)
    ranges = await change_spans(tx, pledge.spans, lambda one: move(one, receiver, lien))
    return CreditsTransferred(
        sender=pledge.pledgor,
        receiver=receiver,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
        transfer=transfer,
    )
