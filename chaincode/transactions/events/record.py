"""Dossiers, the rules they follow, and what is used as an offset, on the ledger."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.events import CATEGORIES_MAX, Claim, EventKind, EventRules, Line, Offset
from tanhui.chaincode.transactions.fields import HexHash, Text

EventStatus: TypeAlias = Literal[
    "planned", "held", "accounted", "offset", "declared", "archived", "cancelled"
]
Lines = Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=CATEGORIES_MAX)]
Version = Annotated[int, msgspec.Meta(ge=1, le=999_999)]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is published before the event: who neutralises what in which steps (主体、范围和步骤, Chengdu 13)."""

    title: Text
    subject: Text
    boundary: Text
    steps: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=20)]
    document: HexHash
    first_day: date
    last_day: date


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One dossier."""

    id: str
    organiser: str
    kind: EventKind
    region: str
    rules: int
    plan: Plan
    status: EventStatus
    lines: tuple[Line, ...] = ()
    report: str = ""
    verifier: str = ""
    """Who attested the accounts; empty until somebody did."""
    offsets: tuple[Offset, ...] = ()
    claim: Claim | Literal[""] = ""
    counted_kg: int = 0
    """What the declaration counted of the offsets."""


class EventRulesVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the rules; never changed."""

    version: int
    rules: EventRules


class OffsetUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a retirement or an outside unit was used for: it offsets once, whatever it offsets."""

    used_for: str
    registry: str = ""
    serial: str = ""
    document: str = ""


def rules_key(version: int) -> str:
    """A version as a key's part, fixed-width."""
    return f"{version:06d}"


EVENT: Final = KeyType("event", ("event",), JsonCodec(Event))
EVENT_RULES: Final = KeyType("event_rules", ("version",), JsonCodec(EventRulesVersion))
OFFSET_USE: Final = KeyType("offset_use", ("kind", "reference"), JsonCodec(OffsetUse))
