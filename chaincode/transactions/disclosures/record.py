"""A disclosure on the ledger: that a total was shown to a bank, and nothing of how much it is."""

from datetime import date
from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType

DisclosureStatus: TypeAlias = Literal["shown", "revoked"]


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A person's total of a period, committed to for one bank until a day."""

    id: str
    programme: str
    account: str
    bank: str
    first_day: date
    last_day: date
    """The period that the total covers."""
    until: date
    """The last day on which the bank may look."""
    consent: str
    """SHA-256 of the person's consent, salted by the operator."""
    commitment: str
    """Salted commitment to the total (rules/disclosures.py)."""
    status: DisclosureStatus


DISCLOSURE: Final = KeyType("disclosure", ("id",), JsonCodec(Disclosure))
