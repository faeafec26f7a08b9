"""pledges:Pledge."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.errors import pledges as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, place, require_free, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
    spans_of,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, OrganisationIdOrNone, Slug
from tanhui.chaincode.transactions.pledges.ending import lien_of
from tanhui.chaincode.transactions.pledges.record import Pledge
from tanhui.chaincode.transactions.recognition.uses import require_use
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsHeld


class PledgeOrder(Order, frozen=True, kw_only=True):
    """Which own units secure whose claim, and who takes them on default if the parties agreed on one."""

    pledge: Slug
    lienholder: OrganisationId
    agreed_receiver: OrganisationIdOrNone = ""
    contract: HexHash
    pieces: Pieces


@transaction("pledges:Pledge", roles=HOLDING_ROLES)
async def pledge(tx: Tx, order: PledgeOrder) -> CreditsHeld:
    """Pledge own free units. From now on only the lienholder releases them, or enforces its lien."""
    pledgor = tx.caller.organisation
    if await tx.pledges.find(order.pledge) is not None:
        raise codes.EXISTS.at("pledge", order.pledge)
    found = await tx.organisations.get(order.lienholder)
    if found.status != "active" or Role.LIENHOLDER not in found.roles:
        raise codes.LIENHOLDER.at(
            "lienholder", order.lienholder, status=found.status, roles=",".join(found.roles)
        )
    if order.agreed_receiver:
        if order.agreed_receiver == pledgor:
            raise credit_codes.SAME_HOLDER.at("agreed_receiver", pledgor)
        await require_receiver(tx, order.agreed_receiver)
    lien = lien_of(order.pledge)

    def pledged(piece: Range) -> Range:
        require_holder(piece, pledgor)
        require_free(piece)
        return place(piece, lien)

    await require_use(tx, order.pieces, "finance")
    ranges = await change_pieces(tx, order.pieces, pledged)
    record = Pledge(
        id=order.pledge,
        pledgor=pledgor,
        lienholder=order.lienholder,
        agreed_receiver=order.agreed_receiver,
        contract=order.contract,
        spans=spans_of(ranges),
        quantity=Amount(quantity_of(ranges)),
        status="pledged",
        ground="",
    )
    tx.pledges.put(record, record.id)
    return CreditsHeld(
        hold="lien",
        reference=record.id,
        holder=pledgor,
        ranges=as_effect(ranges),
        quantity_kg=int(record.quantity),
    )
