"""What every change of a contract has in common."""

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.transactions.energy_contracts.record import EnergyContract
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged


class EnergyContractOrder(Order, frozen=True, kw_only=True):
    """Which contract."""

    contract: Slug


def put_contract(tx: Tx, contract: EnergyContract) -> EnergyContractChanged:
    """Write a contract as it is."""
    tx.energy_contracts.put(contract, contract.id)
    return EnergyContractChanged(
        contract=contract.id,
        institution=contract.institution,
        provider=contract.provider,
        status=contract.status,
        lienholder=contract.lienholder or None,
    )
