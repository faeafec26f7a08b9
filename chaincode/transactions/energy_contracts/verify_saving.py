"""energy_contracts:VerifySaving."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import energy_contracts as codes
from tanhui.chaincode.rules.quantities import share
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_CONTRACT as MACHINE
from tanhui.chaincode.transactions.budgets.reckon import counting_in, drawn_by
from tanhui.chaincode.transactions.budgets.record import MONTHS, MeterMonth, Year, month_key, year_key
from tanhui.chaincode.transactions.energy_contracts.record import EnergyContract, EnergySaving
from tanhui.chaincode.transactions.energy_contracts.status import EnergyContractOrder
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.energy_contracts import SavingVerified


class VerifySavingOrder(EnergyContractOrder, frozen=True, kw_only=True):
    """A year, what its saving was worth in fen, and the verifier's report."""

    year: Year
    saved_fen: Amount
    report: HexHash


@transaction("energy_contracts:VerifySaving", roles={Role.VERIFIER})
async def verify_saving(tx: Tx, order: VerifySavingOrder) -> SavingVerified:
    """Verify a year's saving once: baseline less the counted readings of the contract's meters.

    All twelve months of every meter must be read and settled. The provider's share is rounded down; the
    institution has the rest, so that the two add up to the benefit.
    """
    contract = await tx.energy_contracts.get(order.contract)
    if tx.caller.organisation in {contract.institution, contract.provider}:
        raise codes.PARTY_VERIFIES.at("contract", tx.caller.organisation)
    MACHINE.require_in(contract.status, "in_force")
    if not contract.first_year <= order.year <= contract.last_year:
        raise codes.YEAR_OUTSIDE.at(
            "year", order.year, first_year=contract.first_year, last_year=contract.last_year
        )
    year = year_key(order.year)
    if await tx.energy_savings.find(contract.id, year) is not None:
        raise codes.EXISTS.at("year", order.year)
    used, _ = await drawn_by(tx, await _settled(tx, contract, year))
    if used >= contract.baseline_gce:
        raise codes.NO_SAVING.at("year", used, baseline=int(contract.baseline_gce))
    provider = share(order.saved_fen, contract.provider_basis_points)
    saving = EnergySaving(
        contract=contract.id,
        year=order.year,
        used_gce=Amount(used),
        saved_gce=Amount(contract.baseline_gce - used),
        saved_fen=order.saved_fen,
        provider_fen=Amount(provider),
        institution_fen=Amount(order.saved_fen - provider),
        verifier=tx.caller.organisation,
        report=order.report,
    )
    tx.energy_savings.put(saving, contract.id, year)
    return SavingVerified(
        contract=contract.id,
        year=year,
        saved_gce=int(saving.saved_gce),
        provider_fen=provider,
        institution_fen=int(saving.institution_fen),
        verifier=saving.verifier,
        report=bytes.fromhex(order.report),
    )


async def _settled(tx: Tx, contract: EnergyContract, year: str) -> list[MeterMonth]:
    months = tuple(month_key(month) for month in MONTHS)
    read: list[MeterMonth] = []
    for meter in contract.meters:
        for found in await tx.meter_months.find_all(*months, under=(contract.institution, year, meter)):
            if found is None or not counting_in(found)[1]:
                raise codes.INCOMPLETE.at("meter", meter)
            read.append(found)
    return read
