"""rewards:VoidDraw."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import Day, day_text, from_date
from tanhui.chaincode.rules.draws import REVEAL_DAYS
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.rewards.drawing import DrawOrder, put_draw
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import DrawChanged


class VoidDrawOrder(DrawOrder, frozen=True, kw_only=True):
    """Which draw came to nothing."""


@transaction("rewards:VoidDraw", roles={Role.REGULATOR, Role.PLATFORM_OPERATOR, Role.MERCHANT})
async def void_draw(tx: Tx, order: VoidDrawOrder) -> DrawChanged:
    """Declare a draw void that was not decided within 30 days of its last day of entry: everybody may.

    Without this, a side that dislikes the outcome could hold its seed back and keep the entries' points.
    """
    draw = await tx.draws.get(order.programme, order.draw)
    last = Day(from_date(draw.until) + REVEAL_DAYS)
    if tx.day <= last:
        raise codes.REVEAL_TIME.at("draw", day_text(tx.day), until=day_text(last))
    return put_draw(tx, draw, "void")
