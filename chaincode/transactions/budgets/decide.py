"""budgets:Decide."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import READINGS_MAX, Month, Year, month_key, year_key
from tanhui.chaincode.transactions.fields import OrganisationId, Slug, Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import ReadingDecided


class DecideOrder(Order, frozen=True, kw_only=True):
    """Which reading of a meter's month counts, by its number from 1."""

    institution: OrganisationId
    year: Year
    month: Month
    meter: Slug
    number: Annotated[int, msgspec.Meta(ge=1, le=READINGS_MAX)]
    reason: Text


@transaction("budgets:Decide", roles={Role.REGULATOR})
async def decide(tx: Tx, order: DecideOrder) -> ReadingDecided:
    """Record which reading counts. The others stay, and a later reading reopens the question."""
    at = (order.institution, year_key(order.year), order.meter, month_key(order.month))
    found = await tx.meter_months.get(*at)
    if order.number > len(found.readings):
        raise codes.READING_ABSENT.at("number", order.number, count=len(found.readings))
    decided = msgspec.structs.replace(
        found, decided=order.number, decided_by=tx.caller.organisation, decision=order.reason
    )
    tx.meter_months.put(decided, *at)
    return ReadingDecided(
        institution=order.institution,
        meter=order.meter,
        month=f"{at[1]}-{at[3]}",
        number=order.number,
        reason=order.reason,
    )
