"""energy_contracts:Propose."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import energy_contracts as codes
from tanhui.chaincode.rules.quantities import BASIS_POINTS_WHOLE
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.read import meter_of
from tanhui.chaincode.transactions.budgets.record import Year
from tanhui.chaincode.transactions.energy_contracts.record import EnergyContract, MeterIds
from tanhui.chaincode.transactions.energy_contracts.status import put_contract
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged


class ProposeEnergyContractOrder(Order, frozen=True, kw_only=True):
    """Parties, baseline of a year, the meters that it and savings are counted by, and the provider's share."""

    contract: Slug
    provider: OrganisationId
    document: HexHash
    baseline_gce: PositiveAmount
    meters: MeterIds
    provider_basis_points: Annotated[int, msgspec.Meta(ge=0, le=BASIS_POINTS_WHOLE)]
    first_year: Year
    last_year: Year


@transaction("energy_contracts:Propose", roles={Role.PUBLIC_INSTITUTION})
async def propose(tx: Tx, order: ProposeEnergyContractOrder) -> EnergyContractChanged:
    """Propose a contract on the caller's own meters; it is in force when the provider agrees."""
    institution = tx.caller.organisation
    if order.provider == institution:
        raise codes.PARTIES.at("provider", order.provider)
    if order.last_year < order.first_year:
        raise codes.PERIOD.at("last_year", order.last_year, first_year=order.first_year)
    if await tx.energy_contracts.find(order.contract) is not None:
        raise codes.EXISTS.at("contract", order.contract)
    await tx.organisations.get(order.provider)
    for at, meter in enumerate(order.meters):
        await meter_of(tx, institution, meter)
        if meter in order.meters[:at]:
            raise codes.EXISTS.at("meters", meter)
    contract = EnergyContract(
        id=order.contract,
        institution=institution,
        provider=order.provider,
        document=order.document,
        baseline_gce=Amount(order.baseline_gce),
        meters=order.meters,
        provider_basis_points=order.provider_basis_points,
        first_year=order.first_year,
        last_year=order.last_year,
        status="proposed",
        lienholder="",
    )
    return put_contract(tx, contract)
