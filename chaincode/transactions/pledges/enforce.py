"""pledges:Enforce, by two persons."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import pledges as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.pledges.ending import hand_over
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred


class EnforcePledgeOrder(Order, frozen=True, kw_only=True):
    """Which pledge, and the document that shows the default."""

    pledge: Slug
    evidence: HexHash


@transaction("pledges:Enforce", roles={Role.LIENHOLDER}, persons=2)
async def enforce(tx: Tx, order: EnforcePledgeOrder) -> CreditsTransferred:
    """On default, hand the units to the receiver that the pledgor agreed to, and to no other."""
    pledge = await tx.pledges.get(order.pledge)
    tx.require_own(pledge.lienholder, "pledge")
    if not pledge.agreed_receiver:
        raise codes.NOT_AGREED.at("pledge", pledge.id)
    return await hand_over(tx, pledge, pledge.agreed_receiver, order.evidence, pledge.id)
