"""organisations:Register."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import organisations as codes
from tanhui.chaincode.rules.regions import require_region
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.uscc import require_uscc
from tanhui.chaincode.transactions.fields import MspId, OrganisationId, Region, Text
from tanhui.chaincode.transactions.organisations.record import Organisation
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import OrganisationRegistered


class RegisterOrder(Order, frozen=True, kw_only=True):
    """An organisation, and the MSP whose certificates speak for it."""

    organisation: OrganisationId
    name: Text
    region: Region
    msp_id: MspId


@transaction("organisations:Register", roles={Role.REGULATOR})
async def register(tx: Tx, order: RegisterOrder) -> OrganisationRegistered:
    """Enter an organisation as active, without any role: two persons grant those (organisations:SetRoles).

    Several organisations may share an MSP: certificates name the one for which they speak.
    """
    require_uscc(order.organisation, "organisation")
    require_region(order.region, "region")
    if await tx.organisations.find(order.organisation) is not None:
        raise codes.ALREADY_REGISTERED.at("organisation", order.organisation)
    organisation = Organisation(
        id=order.organisation,
        name=order.name,
        region=order.region,
        msp_id=order.msp_id,
        status="active",
        roles=(),
    )
    tx.organisations.put(organisation, organisation.id)
    return OrganisationRegistered(
        organisation=organisation.id, msp_id=organisation.msp_id, region=organisation.region, roles=()
    )
