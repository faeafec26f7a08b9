"""credits:Freeze."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Hold, HoldKind, place
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsHeld

CitedOrder = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x20\x7f]+$(?!\n)", min_length=1, max_length=120)]
"""The number of the judicial or regulator's order that is carried out."""


class FreezeOrder(Order, frozen=True, kw_only=True):
    """Exactly these serials, whoever holds them, by this order."""

    order: CitedOrder
    pieces: Pieces


@transaction("credits:Freeze", roles={Role.REGULATOR})
async def freeze(tx: Tx, order: FreezeOrder) -> tuple[CreditsHeld, ...]:
    """Freeze exactly the serials in question: what lies beside them goes on moving.

    A freeze stands beside any other hold, an offer included, and stops that too.
    """
    hold = Hold(HoldKind.FREEZE, order.order)
    ranges = await change_pieces(tx, order.pieces, lambda piece: place(piece, hold))
    return tuple(
        CreditsHeld(
            hold="freeze",
            reference=order.order,
            holder=one.holder,
            ranges=as_effect((one,)),
            quantity_kg=one.quantity,
        )
        for one in ranges
    )
