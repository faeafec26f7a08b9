"""budgets:RegisterMeter."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import METERS_MAX, Meter, MeterList, factor_key
from tanhui.chaincode.transactions.fields import OrganisationId, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import MeterRegistered


class RegisterMeterOrder(Order, frozen=True, kw_only=True):
    """A meter, the carrier that it counts, and the data source that reads it."""

    meter: Slug
    carrier: Slug
    source: OrganisationId


@transaction("budgets:RegisterMeter", roles={Role.PUBLIC_INSTITUTION})
async def register_meter(tx: Tx, order: RegisterMeterOrder) -> MeterRegistered:
    """Register a meter of the caller's own; a carrier needs a filed factor first."""
    institution = tx.caller.organisation
    await tx.energy_factors.get(order.carrier, factor_key(1))
    await tx.organisations.get(order.source)
    known = await tx.meter_lists.find(institution) or MeterList(institution=institution, meters=())
    if any(one.id == order.meter for one in known.meters):
        raise codes.EXISTS.at("meter", order.meter)
    if len(known.meters) >= METERS_MAX:
        raise codes.METERS_MANY.at("meter", order.meter, limit=METERS_MAX)
    meter = Meter(id=order.meter, carrier=order.carrier, source=order.source)
    tx.meter_lists.put(msgspec.structs.replace(known, meters=(*known.meters, meter)), institution)
    return MeterRegistered(
        institution=institution, meter=meter.id, carrier=meter.carrier, source=meter.source
    )
