"""What the functions about dossiers have in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.events import OFFSETS_MAX, EventRules, Offset, emissions
from tanhui.chaincode.rules.states import EVENT as MACHINE
from tanhui.chaincode.transactions.events.record import Event, EventStatus, OffsetUse, rules_key
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.retirements.record import Retirement
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventChanged, EventOffset


class EventOrder(Order, frozen=True, kw_only=True):
    """One dossier."""

    event: Slug


async def own_event(tx: Tx, event_id: str) -> Event:
    """A dossier of the caller.

    Raises:
        Refusal: contract.record_absent, organisations.not_own.
    """
    event = await tx.events.get(event_id)
    tx.require_own(event.organiser, "event")
    return event


async def rules_of(tx: Tx, version: int) -> EventRules:
    """The rules of one version.

    Raises:
        Refusal: contract.record_absent.
    """
    return (await tx.event_rules.get(rules_key(version))).rules


def put_event(
    tx: Tx, event: Event, to: EventStatus, *, document: str = "", note: str | None = None
) -> EventChanged:
    """Write the dossier with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(event.status, to)
    return write_event(tx, msgspec.structs.replace(event, status=to), document=document, note=note)


def write_event(tx: Tx, event: Event, *, document: str = "", note: str | None = None) -> EventChanged:
    """Write the dossier as it is."""
    tx.events.put(event, event.id)
    return EventChanged(
        event=event.id,
        organiser=event.organiser,
        event_kind=event.kind,
        rules=event.rules,
        status=event.status,
        emissions_kg=emissions(event.lines),
        offset_kg=sum(one.kg for one in event.offsets),
        document=bytes.fromhex(document) if document else None,
        note=note,
    )


async def add_offset(tx: Tx, event: Event, offset: Offset, document: str = "") -> EventOffset:
    """Add an offset to attested accounts.

    Raises:
        Refusal: states.required, events.not_attested, events.offset_kind, events.offsets_many.
    """
    MACHINE.require_in(event.status, "accounted", "offset")
    if not event.verifier:
        raise codes.NOT_ATTESTED.at("event", event.id)
    (await rules_of(tx, event.rules)).require_offset(offset.kind)
    if len(event.offsets) >= OFFSETS_MAX:
        raise codes.OFFSETS_MANY.at("event", event.id, limit=OFFSETS_MAX)
    changed = msgspec.structs.replace(event, offsets=(*event.offsets, offset), status="offset")
    tx.events.put(changed, event.id)
    return EventOffset(
        event=event.id,
        offset_kind=offset.kind,
        reference=offset.reference,
        quantity_kg=offset.kg,
        document=bytes.fromhex(document) if document else None,
    )


async def use_once(tx: Tx, kind: str, reference: str, use: OffsetUse) -> None:
    """Mark something as used, for good.

    Raises:
        Refusal: events.offset_used.
    """
    known = await tx.offset_uses.find(kind, reference)
    if known is not None:
        raise codes.OFFSET_USED.at("offset", use.serial or reference, used_for=known.used_for)
    tx.offset_uses.put(use, kind, reference)


def require_retired_for(retirement: Retirement, **expected: str) -> None:
    """Refuse a retirement whose beneficiary, purpose or reference is another.

    Raises:
        Refusal: events.retirement.
    """
    found = {
        "beneficiary": retirement.beneficiary.organisation,
        "purpose": str(retirement.purpose),
        "reference": retirement.reference,
    }
    for name, value in expected.items():
        if found[name] != value:
            raise codes.RETIREMENT.at("retirement", retirement.id, mismatch=name)
