"""rewards:EndShare."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.rewards.catalogue import require_party
from tanhui.chaincode.transactions.rewards.sharing import RewardShareOrder, put_share
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardShareChanged


@transaction("rewards:EndShare", roles={Role.PLATFORM_OPERATOR})
async def end_share(tx: Tx, order: RewardShareOrder) -> RewardShareChanged:
    """Take a shared reward out of the other catalogue; either programme's operator does it."""
    share = await tx.reward_shares.get(order.catalogue, order.reward, order.programme)
    one, other = await tx.programmes.get_all(order.catalogue, order.programme)
    require_party(tx, "share", one.operator, other.operator)
    return put_share(tx, share, "ended")
