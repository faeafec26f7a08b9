"""energy_contracts:Agree."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_CONTRACT as MACHINE
from tanhui.chaincode.transactions.energy_contracts.status import EnergyContractOrder, put_contract
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged

PROVIDING_ROLES = frozenset({Role.HOLDER, Role.PROJECT_OWNER, Role.BROKER, Role.MERCHANT})
"""An energy service company registers as one of these: the register has no role of its own for it."""


@transaction("energy_contracts:Agree", roles=PROVIDING_ROLES)
async def agree(tx: Tx, order: EnergyContractOrder) -> EnergyContractChanged:
    """Agree to a proposed contract as its provider."""
    contract = await tx.energy_contracts.get(order.contract)
    tx.require_own(contract.provider, "contract")
    MACHINE.require_move(contract.status, "in_force")
    return put_contract(tx, msgspec.structs.replace(contract, status="in_force"))
