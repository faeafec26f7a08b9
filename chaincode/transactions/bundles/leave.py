"""bundles:Leave."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.bundles.changing import BundleOrder, changeable, put_bundle
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.bundles import BundleChanged


class LeaveBundleOrder(BundleOrder, frozen=True, kw_only=True):
    """Why the caller's organisation leaves, or declines."""

    reason: Text


@transaction("bundles:Leave", roles=HOLDING_ROLES)
async def leave(tx: Tx, order: LeaveBundleOrder) -> BundleChanged:
    """Leave, or decline an invitation: the parts are the owner's again. Units issued before stay where they are."""
    await changeable(tx, order.project)
    bundle = await tx.bundles.get(order.project)
    left = bundle.without(tx.caller.organisation)
    member = bundle.find(tx.caller.organisation)
    assert member is not None
    return put_bundle(tx, left, member, "left", order.reason)
