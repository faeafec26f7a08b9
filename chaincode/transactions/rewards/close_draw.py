"""rewards:CloseDraw."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.draws import entrants_hash, require_entrants
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.rewards.drawing import DrawOrder, entrants, put_draw
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import DrawChanged


class CloseDrawOrder(DrawOrder, frozen=True, kw_only=True):
    """Which draw's entrants are fixed."""


@transaction("rewards:CloseDraw", roles={Role.PLATFORM_OPERATOR})
async def close_draw(tx: Tx, order: CloseDrawOrder) -> DrawChanged:
    """Fix who entered, after the last day of entry, before any seed is known."""
    await own_programme(tx, order.programme)
    draw = await tx.draws.get(order.programme, order.draw)
    if tx.day <= from_date(draw.until):
        raise codes.DRAW_OPEN.at("draw", day_text(tx.day), until=draw.until.isoformat())
    accounts = await entrants(tx, draw)
    require_entrants(len(accounts), draw.prizes)
    closed = msgspec.structs.replace(
        draw, entrants=len(accounts), entrants_hash=entrants_hash(accounts).hex()
    )
    return put_draw(tx, closed, "closed")
