"""events:OffsetOutside."""

import hashlib
from typing import Annotated, Literal

import msgspec

from tanhui.chaincode.contract.amounts import PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.events import Offset
from tanhui.chaincode.transactions.events.dossier import EventOrder, add_offset, own_event, use_once
from tanhui.chaincode.transactions.events.publish_plan import ORGANISERS
from tanhui.chaincode.transactions.events.record import OffsetUse
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventOffset

Serial = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z][0-9A-Z./-]*$(?!\n)", max_length=64)]
"""One way to write a serial: capitals, digits, dot, slash and hyphen, so that no second spelling gets through."""


class OffsetOutsideOrder(EventOrder, frozen=True, kw_only=True):
    """What was surrendered elsewhere: in which registry, under which serial, how much, by which document."""

    kind: Literal["allowance", "green_power", "ccer"]
    registry: Slug
    serial: Serial
    quantity: PositiveAmount
    document: HexHash


@transaction("events:OffsetOutside", roles=ORGANISERS)
async def offset_outside(tx: Tx, order: OffsetOutsideOrder) -> EventOffset:
    """Count allowances, green power or CCER that were surrendered in another registry (Shanghai 四(四)).

    The ledger cannot see that registry: it keeps kind, registry and serial as a key that is used once, and the
    hash of the document that shows the surrender.
    """
    event = await own_event(tx, order.event)
    parts = "\n".join((order.kind, order.registry, order.serial))
    reference = hashlib.sha256(parts.encode()).hexdigest()
    await use_once(
        tx,
        order.kind,
        reference,
        OffsetUse(
            used_for=f"event:{event.id}",
            registry=order.registry,
            serial=order.serial,
            document=order.document,
        ),
    )
    offset = Offset(kind=order.kind, reference=reference, kg=int(order.quantity))
    return await add_offset(tx, event, offset, order.document)
