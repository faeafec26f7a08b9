"""What the functions about shared catalogues have in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.states import REWARD_SHARE as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.rewards.record import RewardShare, ShareStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardShareChanged


class RewardShareOrder(Order, frozen=True, kw_only=True):
    """A reward of the programme `catalogue`, in the catalogue of `programme`."""

    catalogue: Slug
    reward: Slug
    programme: Slug


def put_share(tx: Tx, share: RewardShare, to: ShareStatus) -> RewardShareChanged:
    """Write the share with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(share.status, to)
    return write_share(tx, msgspec.structs.replace(share, status=to))


def write_share(tx: Tx, share: RewardShare) -> RewardShareChanged:
    """Write the share as it is."""
    tx.reward_shares.put(share, share.catalogue, share.reward, share.programme)
    return RewardShareChanged(
        catalogue=share.catalogue,
        reward=share.reward,
        programme=share.programme,
        price=share.price,
        status=share.status,
    )
