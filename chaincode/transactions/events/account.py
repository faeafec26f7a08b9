"""events:Account."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.transactions.events.dossier import (
    EventOrder,
    own_event,
    put_event,
    rules_of,
    write_event,
)
from tanhui.chaincode.transactions.events.publish_plan import ORGANISERS
from tanhui.chaincode.transactions.events.record import Lines
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventChanged


class AccountEventOrder(EventOrder, frozen=True, kw_only=True):
    """Emissions by category, and the report behind them."""

    lines: Lines
    report: HexHash


@transaction("events:Account", roles=ORGANISERS)
async def account(tx: Tx, order: AccountEventOrder) -> EventChanged:
    """Account the event's emissions by the rules' categories; until a verifier attests them, again if need be."""
    event = await own_event(tx, order.event)
    (await rules_of(tx, event.rules)).require_lines(order.lines)
    if event.verifier:
        raise codes.ATTESTED.at("event", event.id)
    accounted = msgspec.structs.replace(event, lines=order.lines, report=order.report)
    if event.status == "accounted":
        return write_event(tx, accounted, document=order.report)
    return put_event(tx, accounted, "accounted", document=order.report)
