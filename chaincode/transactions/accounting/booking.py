"""What moves is booked where it moves: the ledger of ranges calls this for every change."""

from typing import Final, NamedTuple

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.accounting import Entry, Moved
from tanhui.chaincode.rules.days import day_text, to_date
from tanhui.chaincode.rules.serials import Range, RangeState
from tanhui.chaincode.transactions.accounting.record import Movement
from tanhui.chaincode.transactions.tx import Tx


class Reason(NamedTuple):
    """Why units move, where the change of the range alone does not say it."""

    out: Entry = Entry.DELIVERED
    into: Entry = Entry.RECEIVED
    retired: Entry = Entry.RETIRED
    amount: int = 0
    """Fen for all that one transaction sells."""


PLAIN: Final = Reason()


def book_change(tx: Tx, before: Range, after: Range, reason: Reason) -> None:
    """Book what became of a range: to another holder, to its end, both, or back from its end."""
    was, now = before.state is RangeState.ACTIVE, after.state is RangeState.ACTIVE
    changed_hands = before.holder != after.holder
    if was and now and changed_hands:
        book(tx, before.holder, reason.out, after.quantity, reason.amount)
        book(tx, after.holder, reason.into, after.quantity, reason.amount)
    elif was and after.state is RangeState.RETIRED:
        if changed_hands:
            book(tx, before.holder, reason.out, after.quantity, reason.amount)
            book(tx, after.holder, reason.into, after.quantity, reason.amount)
        book(tx, after.holder, reason.retired, after.quantity)
    elif was and after.state is RangeState.CANCELLED:
        book(tx, before.holder, Entry.CANCELLED, after.quantity)
    elif was and after.state is RangeState.EXPORTED:
        book(tx, before.holder, Entry.EXPORTED, after.quantity)
    elif now and not was:
        book(tx, after.holder, Entry.IMPORTED, after.quantity)


def book(tx: Tx, organisation: str, entry: Entry, quantity: int, amount: int = 0) -> None:
    """Add to what this transaction did to an organisation; `amount` is of the whole transaction."""
    before = tx.booked.get((organisation, entry), Moved(0, 0))
    moved = tx.booked[organisation, entry] = Moved(before.quantity + quantity, amount)
    movement = Movement(
        organisation=organisation,
        day=to_date(tx.day),
        transaction=tx.transaction_id,
        entry=entry,
        quantity=Amount(moved.quantity),
        amount=Amount(moved.amount),
    )
    tx.movements.put(movement, organisation, day_text(tx.day), tx.transaction_id, entry.value)
