"""rewards:Redeem."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import account_keys, effect_lots, own_programme
from tanhui.chaincode.transactions.rewards.taking import (
    NewVouchers,
    TakeOrder,
    on_sale,
    pay,
    require_eligible,
    take,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsRedeemed
from tanhui.proofs.effects.rewards import RewardTaken


class RedeemRewardOrder(TakeOrder, frozen=True, kw_only=True):
    """One voucher for each unit."""

    vouchers: NewVouchers


@transaction("rewards:Redeem", roles={Role.PLATFORM_OPERATOR}, reads=account_keys)
async def redeem(tx: Tx, order: RedeemRewardOrder) -> tuple[PointsRedeemed, RewardTaken]:
    """Burn points and take stock, both or neither; each unit becomes a voucher under its number.

    A suspended or closed programme still redeems: what people have earned is theirs to spend. No key is
    written that another account's redemption writes too, unless both ask for the same number.
    """
    await own_programme(tx, order.programme)
    reward, price = await on_sale(tx, order.catalogue, order.reward, order.programme)
    if reward.kind == "donation":
        raise codes.KIND.at("reward", reward.kind, needed="ticket,goods,service,coupon,discount")
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    await require_eligible(tx, reward, order, account)
    paid = pay(account, price, len(order.vouchers), tx.day)
    tx.accounts.put(paid.account, order.programme, order.account)
    taken = await take(tx, reward, order, order.vouchers, paid.burnt)
    lots = tuple(lot for burnt in paid.burnt for lot in burnt)
    burnt = PointsRedeemed(
        account=order.account,
        programme=order.programme,
        lots=effect_lots(lots),
        reward=order.reward,
        units=len(order.vouchers),
    )
    return burnt, taken
