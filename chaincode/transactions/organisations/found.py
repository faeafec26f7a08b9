"""governance:Found — how the first regulator comes to be."""

from tanhui.chaincode.contract import codes as contract_codes
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.rules.errors import organisations as codes
from tanhui.chaincode.rules.regions import require_region
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.uscc import require_uscc
from tanhui.chaincode.transactions.fields import Region, Text
from tanhui.chaincode.transactions.organisations.record import Founding, Organisation
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.proposals import RegistryFounded


class FoundOrder(Order, frozen=True, kw_only=True):
    """The regulator that founds the registry; its id is the caller's own."""

    name: Text
    region: Region


@transaction("governance:Found", roles=None)
async def found(tx: Tx, order: FoundOrder) -> RegistryFounded:
    """Register the caller's organisation as the first regulator. Works once on a channel.

    Any member whose authority writes the role "regulator" into a certificate could do it, so it is the first
    transaction of a channel, sent before other organisations join; who did it stands in the founding record
    for everybody to check. Every later regulator is registered by a regulator.
    """
    tx.caller.require_attributes()
    if Role.REGULATOR not in tx.caller.roles:
        raise Refusal(
            contract_codes.CALLER_ROLE,
            "tanhui.role",
            ",".join(sorted(tx.caller.roles)),
            function="governance:Found",
            allowed=Role.REGULATOR,
        )
    founding = await tx.founding.find()
    if founding is not None:
        raise codes.FOUNDED_ALREADY.at("tanhui.org", tx.caller.organisation, by=founding.organisation)
    organisation = Organisation(
        id=require_uscc(tx.caller.organisation, "tanhui.org"),
        name=order.name,
        region=require_region(order.region, "region"),
        msp_id=tx.caller.msp_id,
        status="active",
        roles=(Role.REGULATOR,),
    )
    tx.organisations.put(organisation, organisation.id)
    tx.founding.put(Founding(organisation.id, tx.caller.person, tx.transaction_id))
    return RegistryFounded(
        organisation=organisation.id,
        msp_id=organisation.msp_id,
        region=organisation.region,
        person=tx.caller.person,
    )
