"""accounting:CarryForward."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.keys import prefix_range
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounting import NOTHING, Entry, Moved
from tanhui.chaincode.rules.days import Day, add_months, day_text, parse_day
from tanhui.chaincode.rules.errors import accounting as codes
from tanhui.chaincode.transactions.accounting.record import (
    MOVEMENT,
    BookedEntry,
    BookedMonth,
    MonthText,
)
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.accounting import MonthCarriedForward

ROWS_MAX = 10_000
"""Movements of one month that are carried forward at once."""


class CarryForwardOrder(Order, frozen=True, kw_only=True):
    """Which month of the caller's."""

    month: MonthText


@transaction("accounting:CarryForward", roles=HOLDING_ROLES)
async def carry_forward(tx: Tx, order: CarryForwardOrder) -> MonthCarriedForward:
    """Sum a month that is over (结转) and delete its movements, so that the ledger's state stays small.

    From the second day of the next month on, when no proposal of the month can be committed any more. The sums
    are the same whoever computes them; the movements stay in the chain's history.
    """
    organisation = tx.caller.organisation
    first = parse_day(f"{order.month}-01", "month")
    due = Day(add_months(first, 1) + 1)
    if tx.day < due:
        raise codes.OPEN_MONTH.at("month", order.month, first=day_text(due))
    if await tx.booked_months.find(organisation, order.month) is not None:
        raise codes.CARRIED.at("month", order.month)
    start, _ = prefix_range(MOVEMENT.name, (organisation, day_text(first)))
    end, _ = prefix_range(MOVEMENT.name, (organisation, day_text(add_months(first, 1))))
    rows = [MOVEMENT.codec.decode(one.value) for one in await tx.unit.range(start, end)]
    if not rows:
        raise codes.NOTHING.at("month", order.month)
    if len(rows) > ROWS_MAX:
        raise codes.ROWS_MANY.at("month", order.month, limit=ROWS_MAX)
    sums: dict[Entry, Moved] = {}
    for one in rows:
        moved = Moved(one.quantity, one.amount)
        sums[one.entry] = sums.get(one.entry, NOTHING).plus(moved)
        tx.movements.delete(organisation, one.day.isoformat(), one.transaction, one.entry.value)
    entries = tuple(
        BookedEntry(entry=entry, quantity=Amount(sums[entry].quantity), amount=Amount(sums[entry].amount))
        for entry in Entry
        if entry in sums
    )
    month = BookedMonth(organisation=organisation, month=order.month, movements=len(rows), entries=entries)
    tx.booked_months.put(month, organisation, order.month)
    return MonthCarriedForward(organisation=organisation, month=order.month, movements=len(rows))
