"""energy_contracts:Get and Savings."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.energy_contracts.record import EnergyContract, EnergySaving
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.tx import Tx


class EnergyContractQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One contract by its id."""

    contract: Slug


class SavingsQuery(PageOrder, frozen=True, kw_only=True):
    """The savings of one contract."""

    contract: Slug


@query("energy_contracts:Get")
async def get(tx: Tx, order: EnergyContractQuery) -> EnergyContract:
    """One contract."""
    return await tx.energy_contracts.get(order.contract)


@query("energy_contracts:Savings")
async def savings(tx: Tx, order: SavingsQuery) -> Page[EnergySaving]:
    """A contract's verified savings, year by year."""
    return await tx.energy_savings.page(order, order.contract)
