"""energy_contracts:PledgeRights."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import energy_contracts as codes
from tanhui.chaincode.rules.errors import pledges as pledge_codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_CONTRACT as MACHINE
from tanhui.chaincode.transactions.energy_contracts.agree import PROVIDING_ROLES
from tanhui.chaincode.transactions.energy_contracts.status import EnergyContractOrder, put_contract
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged


class PledgeRightsOrder(EnergyContractOrder, frozen=True, kw_only=True):
    """Whose lien the provider's rights come under."""

    lienholder: OrganisationId


@transaction("energy_contracts:PledgeRights", roles=PROVIDING_ROLES)
async def pledge_rights(tx: Tx, order: PledgeRightsOrder) -> EnergyContractChanged:
    """Put the provider's rights under one lien (合同能源管理项目权益抵押, Shanghai 十一(二))."""
    contract = await tx.energy_contracts.get(order.contract)
    tx.require_own(contract.provider, "contract")
    MACHINE.require_in(contract.status, "in_force")
    if contract.lienholder:
        raise codes.LIEN.at("lienholder", contract.lienholder)
    found = await tx.organisations.get(order.lienholder)
    if found.status != "active" or Role.LIENHOLDER not in found.roles:
        raise pledge_codes.LIENHOLDER.at(
            "lienholder", order.lienholder, status=found.status, roles=",".join(found.roles)
        )
    return put_contract(tx, msgspec.structs.replace(contract, lienholder=order.lienholder))
