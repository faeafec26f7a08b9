"""budgets:Read."""

from datetime import date

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text, to_date
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.errors import organisations as organisation_codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import (
    READINGS_MAX,
    FactorVersion,
    Meter,
    MeterMonth,
    Month,
    Reading,
    ReadingSource,
    Year,
    factor_key,
    month_key,
    year_key,
)
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import ReadingRecorded

READERS = {
    "metering": Role.DATA_SOURCE,
    "report": Role.PUBLIC_INSTITUTION,
    "audit": Role.VERIFIER,
}


class ReadOrder(Order, frozen=True, kw_only=True):
    """What a source says that a meter counted in a month, in the unit of its carrier's factor."""

    institution: OrganisationId
    year: Year
    month: Month
    meter: Slug
    source: ReadingSource
    quantity: Amount
    factor: FactorVersion
    document: HexHash


@transaction("budgets:Read", roles=frozenset(READERS.values()))
async def read(tx: Tx, order: ReadOrder) -> ReadingRecorded:
    """Add a reading to a meter's month that is over. None is ever replaced: a correction is one more.

    A new reading reopens a decision, because who decided had not seen it.
    """
    meter = await meter_of(tx, order.institution, order.meter)
    _require_reader(tx, order, meter)
    following = date(order.year + order.month // 12, order.month % 12 + 1, 1) if order.year < 9999 else None
    if following is None or to_date(tx.day) < following:
        raise codes.READING_FUTURE.at(
            "month", f"{year_key(order.year)}-{month_key(order.month)}", today=day_text(tx.day)
        )
    await tx.energy_factors.get(meter.carrier, factor_key(order.factor))
    at = (order.institution, year_key(order.year), order.meter, month_key(order.month))
    found = await tx.meter_months.find(*at) or MeterMonth(
        institution=order.institution,
        year=order.year,
        meter=order.meter,
        month=order.month,
        carrier=meter.carrier,
        readings=(),
        decided=None,
        decided_by="",
        decision="",
    )
    if len(found.readings) >= READINGS_MAX:
        raise codes.READINGS_MANY.at("meter", order.meter, limit=READINGS_MAX)
    reading = Reading(
        source=order.source,
        quantity=order.quantity,
        factor=order.factor,
        document=order.document,
        organisation=tx.caller.organisation,
        day=to_date(tx.day),
    )
    readings = (*found.readings, reading)
    tx.meter_months.put(
        msgspec.structs.replace(found, readings=readings, decided=None, decided_by="", decision=""), *at
    )
    return ReadingRecorded(
        institution=order.institution,
        meter=order.meter,
        month=f"{at[1]}-{at[3]}",
        source=order.source,
        number=len(readings),
        quantity=int(order.quantity),
        document=bytes.fromhex(order.document),
    )


async def meter_of(tx: Tx, institution: str, meter: str) -> Meter:
    """The meter of that institution.

    Raises:
        Refusal: contract.record_absent, budgets.meter_unknown.
    """
    for one in (await tx.meter_lists.get(institution)).meters:
        if one.id == meter:
            return one
    raise codes.METER_UNKNOWN.at("meter", meter, institution=institution)


def _require_reader(tx: Tx, order: ReadOrder, meter: Meter) -> None:
    """Metering comes from the meter's own source, a report from the institution, an audit from a third."""
    role = READERS[order.source]
    if role not in tx.roles:
        raise codes.READING_SOURCE.at("source", order.source, expected=role)
    owner = {"metering": meter.source, "report": order.institution, "audit": tx.caller.organisation}
    if owner[order.source] != tx.caller.organisation or (
        order.source == "audit" and tx.caller.organisation == order.institution
    ):
        raise organisation_codes.NOT_OWN.at("source", tx.caller.organisation, owner=owner[order.source])
