"""rewards:AcceptShare."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.rewards import Number
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.rewards.record import RewardShare
from tanhui.chaincode.transactions.rewards.sharing import RewardShareOrder, put_share
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardShareChanged


class AcceptRewardShareOrder(RewardShareOrder, frozen=True, kw_only=True):
    """The price that was seen, so that a share offered anew meanwhile is not accepted unseen."""

    price: Number


@transaction("rewards:AcceptShare", roles={Role.PLATFORM_OPERATOR})
async def accept_share(tx: Tx, order: AcceptRewardShareOrder) -> RewardShareChanged:
    """Put a reward of another programme on sale in the caller's."""
    await own_programme(tx, order.programme)
    share: RewardShare = await tx.reward_shares.get(order.catalogue, order.reward, order.programme)
    if share.price != order.price:
        raise codes.SHARE_PRICE.at("price", order.price, offered=share.price)
    return put_share(tx, share, "on_sale")
