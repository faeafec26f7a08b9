"""A project and its monitoring periods on the ledger."""

from datetime import date
from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType

ProjectStatus: TypeAlias = Literal[
    "draft",
    "listed",
    "validated",
    "registered",
    "monitoring",
    "closed",
    "rejected",
    "suspended",
    "deregistered",
]
PeriodStatus: TypeAlias = Literal["submitted", "verified", "returned", "approved", "issued"]

PERIODS_MAX: Final = 9_999


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project that reduces emissions by one methodology, on one boundary."""

    id: str
    owner: str
    title: str
    region: str
    programme: str
    methodology: str
    version: int
    boundary: str
    """SHA-256 of the document that draws it."""
    exclusion: str
    """SHA-256 of the owner's statement that no other scheme credits the same period."""
    first_day: date
    last_day: date
    """The crediting period, both days included."""
    buffer_basis_points: int
    buffer_holder: str
    """Organisation that keeps the buffer; empty where its share is 0."""
    status: ProjectStatus
    before: ProjectStatus
    """Where a suspended project goes back to; its own status otherwise."""
    verifier: str
    """Who validated it; empty before."""
    report: str
    periods: int
    """Periods so far; only the last can be open."""
    monitored_until: date | None
    batches: int
    grams_waiting: Amount
    """Verified grams below a kilogram, for the next batch."""


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """One monitoring period: what was measured, and what the formula makes of it."""

    project: str
    number: int
    first_day: date
    last_day: date
    inputs: tuple[int, ...]
    """In the order and units that the methodology declares."""
    grams: Amount
    evidence: str
    status: PeriodStatus
    verifier: str
    report: str
    batch: str
    """The batch that it was issued as; empty before."""


def period_key(number: int) -> str:
    """A period's number as a key's part."""
    return f"{number:04d}"


PERIOD: Final = KeyType("period", ("project", "number"), JsonCodec(Period))
PROJECT: Final = KeyType("project", ("id",), JsonCodec(Project))
