"""Effects of event dossiers and of free assessments. Quantities are kilograms CO2e."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity, Version


@effect("events.rules_filed")
class EventRulesFiled(Effect):
    """A version of the rules for events; the hash is of their canonical JSON."""

    version: Version
    rules: Digest


@effect("events.changed")
class EventChanged(Effect):
    """A dossier reached a status; `document` is the plan, report or record that it rests on."""

    event: Id
    organiser: Id
    event_kind: Literal["performance", "competition", "meeting", "forum", "exhibition"]
    rules: Version
    status: Literal["planned", "held", "accounted", "offset", "declared", "archived", "cancelled"]
    emissions_kg: Amount
    offset_kg: Amount
    document: Digest | None = None
    note: Note | None = None


@effect("events.attested")
class EventAttested(Effect):
    """A verifier attested the accounts, or returned them."""

    event: Id
    verifier: Id
    verdict: Literal["attested", "returned"]
    report: Digest


@effect("events.offset")
class EventOffset(Effect):
    """Something offsets an event's emissions, and nothing else any more."""

    event: Id
    offset_kind: Literal["credit", "allowance", "green_power", "ccer"]
    reference: Id
    quantity_kg: Quantity
    document: Digest | None = None
    """Of an offset outside this ledger."""


@effect("events.declared")
class EventDeclared(Effect):
    """The event is declared neutral, wholly or in part."""

    event: Id
    organiser: Id
    claim: Literal["full", "partial"]
    day: Day
    emissions_kg: Amount
    counted_kg: Amount


@effect("assessments.changed")
class AssessmentChanged(Effect):
    """An organisation's year on its way to a free assessment (Chengdu 18)."""

    organisation: Id
    year: Id
    status: Literal["stated", "attested", "granted", "assigned"]
    emissions_kg: Amount
    subscribed_kg: Amount
    report: Digest | None = None
    verifier: Id | None = None
