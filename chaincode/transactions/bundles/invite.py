"""bundles:Invite."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.bundles import BundleMember, Parts
from tanhui.chaincode.rules.errors import bundles as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.bundles.changing import BundleOrder, changeable, put_bundle
from tanhui.chaincode.transactions.credits.ledger import require_receiver
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.bundles import BundleChanged


class InviteMemberOrder(BundleOrder, frozen=True, kw_only=True):
    """Who brings which site, for how many parts."""

    organisation: OrganisationId
    parts: Parts
    boundary: HexHash


@transaction("bundles:Invite", roles={Role.PROJECT_OWNER})
async def invite(tx: Tx, order: InviteMemberOrder) -> BundleChanged:
    """Offer parts of the owner's own to an organisation that may hold credits. It counts once it joins."""
    project = await changeable(tx, order.project)
    tx.require_own(project.owner, "project")
    if order.organisation == project.owner:
        raise codes.OWNER_INVITED.at("organisation", order.organisation)
    await require_receiver(tx, order.organisation)
    invited = BundleMember(
        organisation=order.organisation, parts=order.parts, boundary=order.boundary, status="invited"
    )
    bundle = (await tx.bundles.get(order.project)).with_invited(invited)
    return put_bundle(tx, bundle, invited, "invited")
