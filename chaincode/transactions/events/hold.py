"""events:Hold."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.transactions.events.dossier import EventOrder, own_event, put_event
from tanhui.chaincode.transactions.events.publish_plan import ORGANISERS
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventChanged


class HoldEventOrder(EventOrder, frozen=True, kw_only=True):
    """The record of what took place."""

    document: HexHash


@transaction("events:Hold", roles=ORGANISERS)
async def hold(tx: Tx, order: HoldEventOrder) -> EventChanged:
    """State that the event was held as planned, from its last day on."""
    event = await own_event(tx, order.event)
    plan = event.plan
    if tx.day < from_date(plan.last_day):
        raise codes.DAYS.at(
            "event", day_text(tx.day), first=plan.first_day.isoformat(), last=plan.last_day.isoformat()
        )
    return put_event(tx, event, "held", document=order.document)
