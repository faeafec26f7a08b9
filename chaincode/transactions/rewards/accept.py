"""rewards:Accept."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.rewards.catalogue import RewardStatusOrder, put_reward
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardChanged


@transaction("rewards:Accept", roles={Role.PLATFORM_OPERATOR})
async def accept(tx: Tx, order: RewardStatusOrder) -> RewardChanged:
    """Put an offered or suspended reward on sale in the caller's programme, while its funder is a merchant."""
    await own_programme(tx, order.programme)
    reward = await tx.rewards.get(order.programme, order.reward)
    funder = await tx.organisations.get(reward.funder)
    if funder.status != "active" or Role.MERCHANT not in funder.roles:
        raise codes.FUNDER.at("reward", reward.funder)
    return put_reward(tx, reward, "on_sale", order.reason)
