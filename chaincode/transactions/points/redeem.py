"""points:Redeem."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as reward_codes
from tanhui.chaincode.rules.lots import spend
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import account_keys, effect_lots, own_programme
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.programmes.drafting import rules_in_force
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsRedeemed


class RedeemOrder(AccountOrder, frozen=True, kw_only=True):
    """Points for `units` of a reward."""

    points: PositiveAmount
    reward: Slug
    units: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


@transaction(
    "points:Redeem",
    roles={Role.PLATFORM_OPERATOR},
    reads=account_keys,
)
async def redeem(tx: Tx, order: RedeemOrder) -> PointsRedeemed:
    """Burn points for a reward, earliest expiry first.

    A reward with stock in the catalogue is redeemed by rewards:Redeem, which takes the stock too; so is every reward
    of a programme whose rules say so.
    A suspended or closed programme still redeems: what people have earned is theirs to spend.
    """
    programme = await own_programme(tx, order.programme)
    if await tx.rewards.find(order.programme, order.reward) is not None:
        raise reward_codes.STOCK_NEEDED.at("reward", order.reward)
    rules = await rules_in_force(tx, programme)
    if rules is not None and rules.redemption == "catalogue":
        raise reward_codes.CATALOGUE_ONLY.at("reward", order.reward, programme=order.programme)
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    stays, taken = spend(account.lots, order.points, tx.day)
    tx.accounts.put(msgspec.structs.replace(account, lots=stays), order.programme, order.account)
    return PointsRedeemed(
        account=order.account,
        programme=order.programme,
        lots=effect_lots(taken),
        reward=order.reward,
        units=order.units,
    )
