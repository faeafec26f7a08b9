"""Programmes, their versions, their budgets and their conversion agreements on the ledger."""

from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.programmes import Rules

ProgrammeState: TypeAlias = Literal["draft", "in_force", "suspended", "closed"]


class Programme(msgspec.Struct, frozen=True):
    """A programme; its rules stand in its versions."""

    id: str
    name: str
    region: str
    parent: str
    """The programme whose scenes it shares; empty for one that stands alone."""
    operator: str
    state: ProgrammeState
    in_force: int
    """The version in force; 0 before the first."""
    drafted: int
    """The newest version."""


class ProgrammeVersion(msgspec.Struct, frozen=True):
    """One version of a programme's rules; never changed after it was drafted."""

    programme: str
    version: int
    rules: Rules


class BudgetTranche(msgspec.Struct, frozen=True):
    """What one tranche of a year's budget has spent; the rules in force say how much it may."""

    used: Amount


class Conversion(msgspec.Struct, frozen=True):
    """An agreement between two programmes on what points of one are worth in the other (Chengdu 1)."""

    source: str
    target: str
    numerator: int
    denominator: int
    cap: Amount
    """Source points in one conversion; 0 is no cap."""
    until: str
    """The last day, YYYY-MM-DD."""
    cap_per_day: Amount | None = None
    """Source points that one account converts in a day; None is no cap."""


class ConvertedDay(msgspec.Struct, frozen=True):
    """What one account converted into another programme on the last day on which it did."""

    day: int
    points: Amount


VERSION_DIGITS: Final = 6


def version_key(version: int) -> str:
    """A version as it stands in keys: fixed-width, so that ranges sort."""
    return f"{version:0{VERSION_DIGITS}d}"


PROGRAMME: Final = KeyType("programme", ("programme",), JsonCodec(Programme))
PROGRAMME_VERSION: Final = KeyType("programme_version", ("programme", "version"), JsonCodec(ProgrammeVersion))
BUDGET: Final = KeyType("budget", ("programme", "year", "tranche"), JsonCodec(BudgetTranche))
CONVERSION: Final = KeyType("conversion", ("source", "target"), JsonCodec(Conversion))
CONVERTED_DAY: Final = KeyType("converted_day", ("source", "target", "account"), JsonCodec(ConvertedDay))
ISSUE: Final = KeyType("issue", ("programme", "issue"), JsonCodec(Issue))
