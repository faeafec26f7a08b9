"""bundles:Join."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.bundles import Parts
from tanhui.chaincode.rules.errors import bundles as codes
from tanhui.chaincode.transactions.bundles.changing import BundleOrder, changeable, put_bundle
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.bundles import BundleChanged


class JoinBundleOrder(BundleOrder, frozen=True, kw_only=True):
    """The parts that the member believes it was offered."""

    parts: Parts


@transaction("bundles:Join", roles=HOLDING_ROLES)
async def join(tx: Tx, order: JoinBundleOrder) -> BundleChanged:
    """Accept an invitation for exactly its parts: from now on they count at every issuance."""
    await changeable(tx, order.project)
    bundle = (await tx.bundles.get(order.project)).with_joined(tx.caller.organisation)
    member = bundle.find(tx.caller.organisation)
    assert member is not None
    if member.parts != order.parts:
        raise codes.PARTS_OFFERED.at("parts", order.parts, offered=member.parts)
    return put_bundle(tx, bundle, member, "joined")
