"""events:OffsetByRetirement."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.events import Offset
from tanhui.chaincode.transactions.events.dossier import (
    EventOrder,
    add_offset,
    own_event,
    require_retired_for,
    use_once,
)
from tanhui.chaincode.transactions.events.publish_plan import ORGANISERS
from tanhui.chaincode.transactions.events.record import OffsetUse
from tanhui.chaincode.transactions.retirements.record import RetirementId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventOffset


class OffsetByRetirementOrder(EventOrder, frozen=True, kw_only=True):
    """A retirement on this ledger."""

    retirement: RetirementId


@transaction("events:OffsetByRetirement", roles=ORGANISERS)
async def offset_by_retirement(tx: Tx, order: OffsetByRetirementOrder) -> EventOffset:
    """Count a retirement that was made for this event and its organiser; one retirement offsets once."""
    event = await own_event(tx, order.event)
    retirement = await tx.retirements.get(order.retirement)
    require_retired_for(retirement, beneficiary=event.organiser, purpose="event", reference=event.id)
    await use_once(tx, "retirement", retirement.id, OffsetUse(used_for=f"event:{event.id}"))
    return await add_offset(
        tx, event, Offset(kind="credit", reference=retirement.id, kg=int(retirement.quantity))
    )
