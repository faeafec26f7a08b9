"""rewards:Withdraw."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.rewards.catalogue import RewardStatusOrder, put_reward, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardChanged


@transaction("rewards:Withdraw", roles={Role.MERCHANT, Role.PLATFORM_OPERATOR})
async def withdraw(tx: Tx, order: RewardStatusOrder) -> RewardChanged:
    """Take a reward off sale for good; vouchers that were taken stay good until their day.

    Its funder or the programme's operator does it.
    """
    reward = await tx.rewards.get(order.programme, order.reward)
    programme = await tx.programmes.get(order.programme)
    require_party(tx, "reward", reward.funder, programme.operator)
    return put_reward(tx, reward, "withdrawn", order.reason)
