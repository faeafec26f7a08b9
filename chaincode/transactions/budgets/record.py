"""Institutions' years, meters, readings, budgets and red cards on the ledger.

Readings stand apart, one record a meter and month, so that nobody's reading waits for another's; what they
draw from the budget is reckoned from them.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.energy import Ratio

METERS_MAX: Final = 64
READINGS_MAX: Final = 16
FACTOR_VERSIONS_MAX: Final = 9_999
MONTHS: Final = range(1, 13)

Year = Annotated[int, msgspec.Meta(ge=2000, le=9999)]
Month = Annotated[int, msgspec.Meta(ge=1, le=12)]
FactorVersion = Annotated[int, msgspec.Meta(ge=1, le=FACTOR_VERSIONS_MAX)]
Threshold = Annotated[int, msgspec.Meta(ge=1, le=20_000)]
Thresholds = Annotated[tuple[Threshold, ...], msgspec.Meta(min_length=1, max_length=8)]

EnergyUnit: TypeAlias = Literal["Wh", "litre", "gce"]
ReadingSource: TypeAlias = Literal["metering", "report", "audit"]
BudgetStatus: TypeAlias = Literal["draft", "approved", "in_force", "adjusted", "closed"]
CardStatus: TypeAlias = Literal["shown", "planned", "evidenced", "cleared"]


class EnergyFactor(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit of a carrier makes. Versions are never changed; a reading names its own."""

    carrier: str
    version: int
    unit: EnergyUnit
    gce: Ratio
    gco2: Ratio
    source: str
    document: str
    first_day: date


class InstitutionYear(msgspec.Struct, frozen=True, kw_only=True):
    """What an institution is in a year: the bases of its intensities."""

    institution: str
    year: int
    sort: str
    """分类: party and government organ, school, hospital …"""
    grade: str
    """分档."""
    floor_m2: Amount
    headcount: Amount
    document: str


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """What a meter counts, and which organisation reads it."""

    id: str
    carrier: str
    source: str


class MeterList(msgspec.Struct, frozen=True, kw_only=True):
    """The meters of one institution, in the order of registration."""

    institution: str
    meters: tuple[Meter, ...]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of one meter's month, in the factor's unit."""

    source: ReadingSource
    quantity: Amount
    factor: int
    document: str
    organisation: str
    day: date


class MeterMonth(msgspec.Struct, frozen=True, kw_only=True):
    """Every reading of a meter's month. `decided` is the number, from 1, of the one that counts."""

    institution: str
    year: int
    meter: str
    month: int
    carrier: str
    readings: tuple[Reading, ...]
    decided: int | None
    decided_by: str
    decision: str


class EnergyBudget(msgspec.Struct, frozen=True, kw_only=True):
    """An institution's energy and carbon of a year, and what is reckoned against them."""

    institution: str
    year: int
    version: int
    energy_gce: Amount
    carbon_g: Amount
    thresholds: tuple[int, ...]
    document: str
    status: BudgetStatus
    drawn_gce: Amount
    drawn_g: Amount
    unsettled: int


class RedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A breach, until evidence of rectification clears it. Retirements have no part in it."""

    institution: str
    year: int
    status: CardStatus
    energy_over_gce: Amount
    carbon_over_g: Amount
    plan: str
    evidence: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An institution's reckoned year among those of its class and grade."""

    institution: str
    energy_gce: Amount
    carbon_g: Amount
    floor_m2: Amount
    headcount: Amount


def year_key(year: int) -> str:
    """A year as a key's part."""
    return f"{year:04d}"


def month_key(month: int) -> str:
    """A month as a key's part."""
    return f"{month:02d}"


def factor_key(version: int) -> str:
    """A factor's version as a key's part."""
    return f"{version:04d}"


ENERGY_BUDGET: Final = KeyType("energy_budget", ("institution", "year"), JsonCodec(EnergyBudget))
ENERGY_FACTOR: Final = KeyType("energy_factor", ("carrier", "version"), JsonCodec(EnergyFactor))
INSTITUTION_YEAR: Final = KeyType("institution_year", ("institution", "year"), JsonCodec(InstitutionYear))
METER_LIST: Final = KeyType("meter_list", ("institution",), JsonCodec(MeterList))
METER_MONTH: Final = KeyType("meter_month", ("institution", "year", "meter", "month"), JsonCodec(MeterMonth))
RED_CARD: Final = KeyType("red_card", ("institution", "year"), JsonCodec(RedCard))
STANDING: Final = KeyType("standing", ("year", "sort", "grade", "institution"), JsonCodec(Standing))
