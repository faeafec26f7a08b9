"""bundles:Form."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.bundles import Bundle, Parts
from tanhui.chaincode.rules.errors import bundles as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.bundles.changing import BundleOrder, changeable
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.bundles import BundleFormed


class FormBundleOrder(BundleOrder, frozen=True, kw_only=True):
    """How many parts make the whole."""

    whole: Parts


@transaction("bundles:Form", roles={Role.PROJECT_OWNER})
async def form(tx: Tx, order: FormBundleOrder) -> BundleFormed:
    """Open an own project to members. All parts are the owner's until others join."""
    project = await changeable(tx, order.project)
    tx.require_own(project.owner, "project")
    if await tx.bundles.find(order.project) is not None:
        raise codes.EXISTS.at("project", order.project)
    tx.bundles.put(Bundle(project=order.project, whole=order.whole, members=()), order.project)
    return BundleFormed(project=project.id, owner=project.owner, whole=order.whole)
