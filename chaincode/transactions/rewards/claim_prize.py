"""rewards:ClaimPrize."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import DRAW as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.rewards.taking import NewVoucher, TakeOrder, take
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardTaken


class ClaimPrizeOrder(TakeOrder, frozen=True, kw_only=True):
    """Which draw the account won, and the voucher for its prize."""

    draw: Slug
    voucher: NewVoucher


@transaction("rewards:ClaimPrize", roles={Role.PLATFORM_OPERATOR})
async def claim_prize(tx: Tx, order: ClaimPrizeOrder) -> RewardTaken:
    """Give a winner its voucher, once, out of the same stock as everybody else's, without burning points."""
    await own_programme(tx, order.programme)
    draw = await tx.draws.get(order.programme, order.draw)
    MACHINE.require_in(draw.status, "decided")
    entry = await tx.draw_entries.find(order.programme, order.draw, order.account)
    if entry is None or entry.settled or order.account not in draw.winners:
        raise codes.NOT_A_WINNER.at("account", order.account)
    if (order.catalogue, order.reward) != (draw.catalogue, draw.reward):
        raise codes.NOT_SHARED.at("reward", order.reward, programme=order.programme)
    reward = await tx.rewards.get(draw.catalogue, draw.reward)
    tx.draw_entries.put(
        msgspec.structs.replace(entry, settled=True), order.programme, order.draw, order.account
    )
    return await take(tx, reward, order, [order.voucher], [()], draw=draw.id)
