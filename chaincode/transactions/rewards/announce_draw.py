"""rewards:AnnounceDraw."""

from datetime import date
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.draws import WINNERS_MAX
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.rewards import Whole
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.rewards.drawing import DrawOrder, write_draw
from tanhui.chaincode.transactions.rewards.record import Draw
from tanhui.chaincode.transactions.rewards.taking import on_sale
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import DrawChanged


class AnnounceDrawOrder(DrawOrder, frozen=True, kw_only=True):
    """What is drawn, what an entry costs, until when, and the commitment to the operator's seed (draws.py)."""

    catalogue: Slug
    reward: Slug
    price: Whole
    prizes: Annotated[int, msgspec.Meta(ge=1, le=WINNERS_MAX)]
    until: date
    commitment: HexHash


@transaction("rewards:AnnounceDraw", roles={Role.PLATFORM_OPERATOR})
async def announce_draw(tx: Tx, order: AnnounceDrawOrder) -> DrawChanged:
    """Announce a draw for units of a reward. Entries open when the reward's funder commits to a seed as well."""
    programme = await own_programme(tx, order.programme)
    if await tx.draws.find(order.programme, order.draw) is not None:
        raise codes.EXISTS.at("draw", order.draw)
    reward, _ = await on_sale(tx, order.catalogue, order.reward, order.programme)
    if reward.funder == programme.operator:
        raise codes.DRAW_PARTIES.at("draw", reward.funder)
    if from_date(order.until) < tx.day:
        raise codes.ENDED.at("draw", day_text(tx.day), until=order.until.isoformat())
    return write_draw(
        tx,
        Draw(
            programme=order.programme,
            id=order.draw,
            catalogue=order.catalogue,
            reward=order.reward,
            operator=programme.operator,
            funder=reward.funder,
            price=order.price,
            prizes=order.prizes,
            until=order.until,
            status="announced",
            operator_commitment=order.commitment,
        ),
    )
