"""Movements of an organisation's credits, each under its own key, and months that were carried forward."""

from datetime import date
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.accounting import Entry

MonthText = Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\n)", max_length=7)]


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """What one transaction did to one organisation's active credits, for one reason.

    It stands under a key of its own, so that no two transactions wait for each other; a month that is carried
    forward is one record, and its movements are deleted.
    """

    organisation: str
    day: date
    transaction: str
    entry: Entry
    quantity: Amount
    amount: Amount
    """Fen of a purchase or a sale; 0 otherwise."""


class BookedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of one entry in a month."""

    entry: Entry
    quantity: Amount
    amount: Amount


class BookedMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month that is carried forward (结转)."""

    organisation: str
    month: str
    movements: int
    """How many there were."""
    entries: tuple[BookedEntry, ...]


BOOKED_MONTH: Final = KeyType("booked_month", ("organisation", "month"), JsonCodec(BookedMonth))
MOVEMENT: Final = KeyType("movement", ("organisation", "day", "transaction", "entry"), JsonCodec(Movement))
