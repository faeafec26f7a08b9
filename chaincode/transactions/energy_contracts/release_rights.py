"""energy_contracts:ReleaseRights."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import energy_contracts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.energy_contracts.status import EnergyContractOrder, put_contract
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged


@transaction("energy_contracts:ReleaseRights", roles={Role.LIENHOLDER})
async def release_rights(tx: Tx, order: EnergyContractOrder) -> EnergyContractChanged:
    """Lift the caller's own lien from a contract's rights."""
    contract = await tx.energy_contracts.get(order.contract)
    if not contract.lienholder:
        raise codes.NO_LIEN.at("contract", contract.id)
    tx.require_own(contract.lienholder, "contract")
    return put_contract(tx, msgspec.structs.replace(contract, lienholder=""))
