"""trusts:ReplaceTrustee, by two persons."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import trusts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import hand_over, place
from tanhui.chaincode.rules.states import TRUST as MACHINE
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.fields import CitedOrder, OrganisationId
from tanhui.chaincode.transactions.trusts.trust import TrustPiecesOrder, hold_of, write_trust
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.trusts import TrustChanged


class ReplaceTrusteeOrder(TrustPiecesOrder, frozen=True, kw_only=True):
    """Who takes over all that stands in trust, and the order that says so."""

    trustee: OrganisationId
    order: CitedOrder


@transaction("trusts:ReplaceTrustee", roles={Role.REGULATOR}, persons=2)
async def replace_trustee(tx: Tx, order: ReplaceTrusteeOrder) -> tuple[TrustChanged, CreditsTransferred]:
    """Give a trust another trustee by order; the units go with it, all of them, and stay apart there too."""
    trust = await tx.trusts.get(order.trust)
    MACHINE.require_in(trust.status, "settled")
    if order.trustee in (trust.trustee, trust.settlor, trust.beneficiary):
        raise codes.SAME_PARTY.at("trustee", order.trustee)
    await require_receiver(tx, order.trustee)
    hold = hold_of(trust.id)
    ranges = await change_pieces(
        tx, order.pieces, lambda one: place(hand_over(one, order.trustee, hold), hold)
    )
    quantity = quantity_of(ranges)
    if quantity != trust.remaining:
        raise codes.NOT_WHOLE.at("pieces", quantity, remaining=trust.remaining)
    moved = CreditsTransferred(
        sender=trust.trustee,
        receiver=order.trustee,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        transfer=order.order,
    )
    return write_trust(tx, msgspec.structs.replace(trust, trustee=order.trustee), order.order), moved
