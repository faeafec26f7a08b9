"""rewards:Donate."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.rewards import Number
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import account_keys, effect_lots, own_programme
from tanhui.chaincode.transactions.rewards.record import UNITS_MAX
from tanhui.chaincode.transactions.rewards.taking import (
    NewVoucher,
    TakeOrder,
    on_sale,
    pay,
    require_eligible,
    take,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsRedeemed
from tanhui.proofs.effects.rewards import RewardTaken


class DonatePointsOrder(TakeOrder, frozen=True, kw_only=True):
    """Units of a donation, each by a free number of this year's stock."""

    numbers: Annotated[tuple[Number, ...], msgspec.Meta(min_length=1, max_length=UNITS_MAX)]


@transaction("rewards:Donate", roles={Role.PLATFORM_OPERATOR}, reads=account_keys)
async def donate(tx: Tx, order: DonatePointsOrder) -> tuple[PointsRedeemed, RewardTaken]:
    """Burn points for units of a donation: for each, the funder gives what the terms say (公益捐赠, Jilin)."""
    await own_programme(tx, order.programme)
    reward, price = await on_sale(tx, order.catalogue, order.reward, order.programme)
    if reward.kind != "donation":
        raise codes.KIND.at("reward", reward.kind, needed="donation")
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    await require_eligible(tx, reward, order, account)
    paid = pay(account, price, len(order.numbers), tx.day)
    tx.accounts.put(paid.account, order.programme, order.account)
    units = [NewVoucher(number=number, commitment="") for number in order.numbers]
    taken = await take(tx, reward, order, units, paid.burnt)
    lots = tuple(lot for burnt in paid.burnt for lot in burnt)
    burnt = PointsRedeemed(
        account=order.account,
        programme=order.programme,
        lots=effect_lots(lots),
        reward=order.reward,
        units=len(units),
    )
    return burnt, taken
