"""events:PublishPlan."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.events import EventKind
from tanhui.chaincode.rules.regions import require_region
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.events.dossier import EventOrder, rules_of, write_event
from tanhui.chaincode.transactions.events.record import Event, Plan, Version, rules_key
from tanhui.chaincode.transactions.fields import Region
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventChanged

ORGANISERS = frozenset({Role.EVENT_ORGANISER, Role.PUBLIC_INSTITUTION})


class PublishPlanOrder(EventOrder, frozen=True, kw_only=True):
    """What sort of event, where, by which version of the rules, and the plan."""

    kind: EventKind
    region: Region
    rules: Version
    plan: Plan


@transaction("events:PublishPlan", roles=ORGANISERS)
async def publish_plan(tx: Tx, order: PublishPlanOrder) -> EventChanged:
    """Publish the plan of a future event under the newest rules: subject, boundary and steps, before it is held."""
    require_region(order.region, "region")
    if await tx.events.find(order.event) is not None:
        raise codes.EXISTS.at("event", order.event)
    rules = await rules_of(tx, order.rules)
    if await tx.event_rules.find(rules_key(order.rules + 1)) is not None:
        raise codes.RULES_ABSENT.at("rules", order.rules, expected="the newest")
    rules.require_kind(order.kind)
    first, last = order.plan.first_day.isoformat(), order.plan.last_day.isoformat()
    if last < first:
        raise codes.DAYS.at("last_day", last, first=first, last=last)
    if from_date(order.plan.first_day) < tx.day:
        raise codes.DAYS.at("plan", day_text(tx.day), first=first, last=last)
    event = Event(
        id=order.event,
        organiser=tx.caller.organisation,
        kind=order.kind,
        region=order.region,
        rules=order.rules,
        plan=order.plan,
        status="planned",
    )
    return write_event(tx, event, document=order.plan.document)
