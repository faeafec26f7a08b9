"""trusts:Settle."""

from datetime import date

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import trusts as codes
from tanhui.chaincode.rules.serials import Range, place, require_free, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
    spans_of,
)
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId
from tanhui.chaincode.transactions.trusts.record import Trust
from tanhui.chaincode.transactions.trusts.trust import TrustPiecesOrder, hold_of, write_trust
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsHeld
from tanhui.proofs.effects.trusts import TrustChanged


class SettleTrustOrder(TrustPiecesOrder, frozen=True, kw_only=True):
    """Which own units go to which trustee, for whom, under which deed, until when."""

    trustee: OrganisationId
    beneficiary: OrganisationId
    deed: HexHash
    until: date


@transaction("trusts:Settle", roles=HOLDING_ROLES)
async def settle(tx: Tx, order: SettleTrustOrder) -> tuple[TrustChanged, CreditsHeld]:
    """Offer own free units in trust. They are held until the trustee accepts or somebody declines.

    The settlor may be the beneficiary itself; the trustee is neither.
    """
    settlor = tx.caller.organisation
    if order.trustee in (settlor, order.beneficiary):
        raise codes.SAME_PARTY.at("trustee", order.trustee)
    if from_date(order.until) <= tx.day:
        raise codes.OVER.at("until", order.until.isoformat(), today=day_text(tx.day))
    if await tx.trusts.find(order.trust) is not None:
        raise codes.EXISTS.at("trust", order.trust)
    await require_receiver(tx, order.trustee)
    await require_receiver(tx, order.beneficiary)
    hold = hold_of(order.trust)

    def held(piece: Range) -> Range:
        require_holder(piece, settlor)
        require_free(piece)
        return place(piece, hold)

    ranges = await change_pieces(tx, order.pieces, held)
    quantity = Amount(quantity_of(ranges))
    changed = write_trust(
        tx,
        Trust(
            id=order.trust,
            settlor=settlor,
            trustee=order.trustee,
            beneficiary=order.beneficiary,
            deed=order.deed,
            until=order.until,
            spans=spans_of(ranges),
            quantity=quantity,
            remaining=quantity,
            status="offered",
        ),
    )
    return changed, CreditsHeld(
        hold="trust",
        reference=order.trust,
        holder=settlor,
        ranges=as_effect(ranges),
        quantity_kg=int(quantity),
    )
