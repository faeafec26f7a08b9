"""energy_contracts:End."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import energy_contracts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_CONTRACT as MACHINE
from tanhui.chaincode.transactions.energy_contracts.status import EnergyContractOrder, put_contract
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged


@transaction("energy_contracts:End", roles={Role.PUBLIC_INSTITUTION})
async def end(tx: Tx, order: EnergyContractOrder) -> EnergyContractChanged:
    """End the caller's own contract, or withdraw its proposal; a lien on the rights must be lifted first."""
    contract = await tx.energy_contracts.get(order.contract)
    tx.require_own(contract.institution, "contract")
    if contract.lienholder:
        raise codes.LIEN.at("lienholder", contract.lienholder)
    MACHINE.require_move(contract.status, "ended")
    return put_contract(tx, msgspec.structs.replace(contract, status="ended"))
