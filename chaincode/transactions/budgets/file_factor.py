"""budgets:FileFactor."""

from datetime import date

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.energy import Ratio
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import EnergyFactor, EnergyUnit, FactorVersion, factor_key
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import EnergyFactorFiled


class FileFactorOrder(Order, frozen=True, kw_only=True):
    """Grams of coal equivalent and of CO2 in one unit of a carrier, with source."""

    carrier: Slug
    version: FactorVersion
    unit: EnergyUnit
    gce: Ratio
    gco2: Ratio
    source: Text
    document: HexHash
    first_day: date


@transaction("budgets:FileFactor", roles={Role.REGULATOR}, persons=2)
async def file_factor(tx: Tx, order: FileFactorOrder) -> EnergyFactorFiled:
    """File the next version of a carrier's factor, in the unit of the version before it."""
    if await tx.energy_factors.find(order.carrier, factor_key(order.version)) is not None:
        raise codes.EXISTS.at("version", order.version)
    if order.version > 1:
        before = await tx.energy_factors.get(order.carrier, factor_key(order.version - 1))
        if before.unit != order.unit:
            raise codes.SEQUENCE.at("unit", order.unit, expected=before.unit)
    factor = EnergyFactor(
        carrier=order.carrier,
        version=order.version,
        unit=order.unit,
        gce=order.gce,
        gco2=order.gco2,
        source=order.source,
        document=order.document,
        first_day=order.first_day,
    )
    tx.energy_factors.put(factor, factor.carrier, factor_key(factor.version))
    return EnergyFactorFiled(
        carrier=factor.carrier, version=factor.version, document=bytes.fromhex(factor.document)
    )
