"""pledges:Release."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import release
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_spans
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.pledges.ending import lien_of, put_pledge
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased


class ReleasePledgeOrder(Order, frozen=True, kw_only=True):
    """Which pledge is released."""

    pledge: Slug


@transaction("pledges:Release", roles={Role.LIENHOLDER})
async def release_pledge(tx: Tx, order: ReleasePledgeOrder) -> CreditsReleased:
    """Lift the caller's own lien from all its units; other holds stay."""
    pledge = await tx.pledges.get(order.pledge)
    tx.require_own(pledge.lienholder, "pledge")
    put_pledge(tx, pledge, "released", "")
    lien = lien_of(pledge.id)
    ranges = await change_spans(tx, pledge.spans, lambda one: release(one, lien))
    return CreditsReleased(
        hold="lien",
        reference=pledge.id,
        holder=pledge.pledgor,
        ranges=as_effect(ranges),
        quantity_kg=int(pledge.quantity),
    )
