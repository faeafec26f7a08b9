"""rewards:Share."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import programmes as programme_codes
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.rewards import Number
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.rewards.record import RewardShare
from tanhui.chaincode.transactions.rewards.sharing import RewardShareOrder, write_share
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardShareChanged


class ShareRewardOrder(RewardShareOrder, frozen=True, kw_only=True):
    """At what price, in the other programme's points."""

    price: Number


@transaction("rewards:Share", roles={Role.PLATFORM_OPERATOR})
async def share(tx: Tx, order: ShareRewardOrder) -> RewardShareChanged:
    """Offer a reward of the caller's catalogue to another programme; a share that is on sale ends first.

    Both programmes draw on one stock: numbers are the same everywhere.
    """
    if order.catalogue == order.programme:
        raise programme_codes.SAME_PROGRAMME.at("programme", order.programme)
    await own_programme(tx, order.catalogue)
    await tx.programmes.get(order.programme)
    await tx.rewards.get(order.catalogue, order.reward)
    known = await tx.reward_shares.find(order.catalogue, order.reward, order.programme)
    if known is not None and known.status == "on_sale":
        raise codes.EXISTS.at("share", order.programme)
    return write_share(
        tx,
        RewardShare(
            catalogue=order.catalogue,
            reward=order.reward,
            programme=order.programme,
            price=order.price,
            status="offered",
        ),
    )
