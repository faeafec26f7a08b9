"""What the functions about draws have in common."""

import msgspec

from tanhui.chaincode.contract.keys import prefix_range
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.states import DRAW as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.rewards.record import DRAW_ENTRY, Draw, DrawStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import DrawChanged


class DrawOrder(Order, frozen=True, kw_only=True):
    """One draw of a programme."""

    programme: Slug
    draw: Slug


def put_draw(tx: Tx, draw: Draw, to: DrawStatus) -> DrawChanged:
    """Write the draw with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(draw.status, to)
    return write_draw(tx, msgspec.structs.replace(draw, status=to))


def write_draw(tx: Tx, draw: Draw) -> DrawChanged:
    """Write the draw as it is."""
    tx.draws.put(draw, draw.programme, draw.id)
    return DrawChanged(
        programme=draw.programme,
        draw=draw.id,
        reward=draw.reward,
        status=draw.status,
        operator_commitment=bytes.fromhex(draw.operator_commitment),
        funder_commitment=bytes.fromhex(draw.funder_commitment) if draw.funder_commitment else None,
        entrants=draw.entrants if draw.entrants_hash else None,
        entrants_hash=bytes.fromhex(draw.entrants_hash) if draw.entrants_hash else None,
    )


async def entrants(tx: Tx, draw: Draw) -> list[bytes]:
    """The accounts that entered, 16 bytes each; an entry that comes meanwhile makes this transaction invalid."""
    start, end = prefix_range(DRAW_ENTRY.name, (draw.programme, draw.id))
    entries = await tx.unit.range(start, end)
    return [bytes.fromhex(DRAW_ENTRY.codec.decode(entry.value).account) for entry in entries]
