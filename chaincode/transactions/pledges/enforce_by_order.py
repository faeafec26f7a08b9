"""pledges:EnforceByOrder, by two persons."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import CitedOrder, HexHash, OrganisationId, Slug
from tanhui.chaincode.transactions.pledges.ending import hand_over
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred


class EnforcePledgeByOrderOrder(Order, frozen=True, kw_only=True):
    """Which pledge, to whom, and the order that is carried out with its document's hash."""

    pledge: Slug
    receiver: OrganisationId
    order: CitedOrder
    document: HexHash


@transaction("pledges:EnforceByOrder", roles={Role.REGULATOR}, persons=2)
async def enforce_by_order(tx: Tx, order: EnforcePledgeByOrderOrder) -> CreditsTransferred:
    """Hand pledged units to whom a judicial order names; the transfer cites it."""
    pledge = await tx.pledges.get(order.pledge)
    return await hand_over(tx, pledge, order.receiver, order.document, order.order)
