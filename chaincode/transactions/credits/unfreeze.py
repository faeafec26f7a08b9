"""credits:Unfreeze."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Hold, HoldKind, release
from tanhui.chaincode.transactions.credits.freeze import FreezeOrder
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased


@transaction("credits:Unfreeze", roles={Role.REGULATOR})
async def unfreeze(tx: Tx, order: FreezeOrder) -> tuple[CreditsReleased, ...]:
    """Lift one order's freeze from exactly these serials; other holds stay."""
    hold = Hold(HoldKind.FREEZE, order.order)
    ranges = await change_pieces(tx, order.pieces, lambda piece: release(piece, hold))
    return tuple(
        CreditsReleased(
            hold="freeze",
            reference=order.order,
            holder=one.holder,
            ranges=as_effect((one,)),
            quantity_kg=one.quantity,
        )
        for one in ranges
    )
