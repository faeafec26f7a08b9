"""events:Declare."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.events import Claim, emissions
from tanhui.chaincode.rules.states import EVENT as MACHINE
from tanhui.chaincode.transactions.events.dossier import EventOrder, own_event, rules_of
from tanhui.chaincode.transactions.events.publish_plan import ORGANISERS
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventDeclared


class DeclareEventOrder(EventOrder, frozen=True, kw_only=True):
    """Whether all emissions are offset, or a part of them."""

    claim: Claim


@transaction("events:Declare", roles=ORGANISERS)
async def declare(tx: Tx, order: DeclareEventOrder) -> EventDeclared:
    """Declare the event neutral: plan, attested accounts, eligible offsets and deadline hold, or it is refused.

    Plan and boundary stand since before the event, for a dossier begins with them.
    """
    event = await own_event(tx, order.event)
    MACHINE.require_move(event.status, "declared")
    if not event.verifier:
        raise codes.NOT_ATTESTED.at("event", event.id)
    rules = await rules_of(tx, event.rules)
    rules.require_in_time(from_date(event.plan.last_day), tx.day)
    counted = rules.require_declarable(order.claim, event.lines, event.offsets)
    tx.events.put(
        msgspec.structs.replace(event, status="declared", claim=order.claim, counted_kg=counted), event.id
    )
    return EventDeclared(
        event=event.id,
        organiser=event.organiser,
        claim=order.claim,
        day=day_text(tx.day),
        emissions_kg=emissions(event.lines),
        counted_kg=counted,
    )
