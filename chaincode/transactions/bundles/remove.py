"""bundles:Remove."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import bundles as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.bundles.changing import BundleOrder, changeable, put_bundle
from tanhui.chaincode.transactions.fields import OrganisationId, Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.bundles import BundleChanged


class RemoveMemberOrder(BundleOrder, frozen=True, kw_only=True):
    """Whom the owner takes off the list, and why."""

    organisation: OrganisationId
    reason: Text


@transaction("bundles:Remove", roles={Role.PROJECT_OWNER})
async def remove(tx: Tx, order: RemoveMemberOrder) -> BundleChanged:
    """Withdraw an invitation, or take off a member whose organisation is closed. Nobody else is put out."""
    project = await changeable(tx, order.project)
    tx.require_own(project.owner, "project")
    bundle = await tx.bundles.get(order.project)
    left = bundle.without(order.organisation)
    member = bundle.find(order.organisation)
    assert member is not None
    if member.status == "member":
        found = await tx.organisations.get(order.organisation)
        if found.status != "closed":
            raise codes.STILL_ACTIVE.at("organisation", order.organisation, status=found.status)
    return put_bundle(tx, left, member, "removed", order.reason)
