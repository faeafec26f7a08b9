"""events:Cancel."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.events.dossier import EventOrder, own_event, put_event
from tanhui.chaincode.transactions.events.publish_plan import ORGANISERS
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventChanged


class CancelEventOrder(EventOrder, frozen=True, kw_only=True):
    """Why the event is not held."""

    reason: Text


@transaction("events:Cancel", roles=ORGANISERS)
async def cancel(tx: Tx, order: CancelEventOrder) -> EventChanged:
    """Call a planned event off; its dossier stays readable."""
    return put_event(tx, await own_event(tx, order.event), "cancelled", note=order.reason)
