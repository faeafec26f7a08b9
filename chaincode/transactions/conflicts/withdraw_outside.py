"""conflicts:WithdrawOutside, by two persons."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.conflicts import OutsideScheme
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.conflicts.record import Reference
from tanhui.chaincode.transactions.conflicts.record_outside import outside_effect
from tanhui.chaincode.transactions.conflicts.standing import drop_claim
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.conflicts import OutsideClaimChanged


class WithdrawOutsideOrder(Order, frozen=True, kw_only=True):
    """Which claim, and what shows that the other scheme counts it no more."""

    site: HexHash
    activity: Slug
    scheme: OutsideScheme
    reference: Reference
    document: HexHash
    reason: Text


@transaction("conflicts:WithdrawOutside", roles={Role.REGULATOR}, persons=2)
async def withdraw_outside(tx: Tx, order: WithdrawOutsideOrder) -> OutsideClaimChanged:
    """Take back an outside claim that was struck off there, or recorded wrongly."""
    claim = await tx.site_claims.get(order.site, order.activity, order.scheme, order.reference)
    drop_claim(tx, claim)
    shown = msgspec.structs.replace(claim, document=order.document)
    return outside_effect(shown, order.scheme, "withdrawn", order.reason)
