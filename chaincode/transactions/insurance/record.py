"""A policy on the ledger."""

from datetime import date
from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.transactions.credits.record import Span

PolicyStatus: TypeAlias = Literal["offered", "in_force", "declined", "claimed", "ended"]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Serials that an insurer replaces when they are recalled. It holds nothing: insured units move freely."""

    id: str
    insurer: str
    insured: str
    document: str
    """SHA-256 of the policy."""
    spans: tuple[Span, ...]
    covered: Amount
    first_day: date
    last_day: date
    status: PolicyStatus
    recall: str = ""
    """What the open claim is about; empty without one."""
    retirement: str = ""
    """The certificate that the open claim is about; empty for units that were cancelled."""
    claimed: Amount
    """What the open claim still asks for."""
    settled: Amount
    """Kilograms replaced under all claims."""


POLICY: Final = KeyType("policy", ("id",), JsonCodec(Policy))
