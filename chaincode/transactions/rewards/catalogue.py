"""What functions of the catalogue have in common: whose reward it is, and how its status changes."""

import hashlib

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.states import REWARD as MACHINE
from tanhui.chaincode.transactions.fields import Slug, Text
from tanhui.chaincode.transactions.rewards.record import Reward, RewardStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardChanged


class RewardOrder(Order, frozen=True, kw_only=True):
    """One reward of a programme's catalogue."""

    programme: Slug
    reward: Slug


class RewardStatusOrder(RewardOrder, frozen=True, kw_only=True):
    """Which reward changes its status, and why."""

    reason: Text


def require_party(tx: Tx, field: str, *allowed: str) -> None:
    """Refuse a caller of none of these organisations.

    Raises:
        Refusal: rewards.party.
    """
    if tx.caller.organisation not in allowed:
        raise codes.PARTY.at(field, tx.caller.organisation, allowed=",".join(allowed))


def put_reward(tx: Tx, reward: Reward, to: RewardStatus, reason: str | None = None) -> RewardChanged:
    """Write the reward with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(reward.status, to)
    return write_reward(tx, msgspec.structs.replace(reward, status=to), reason)


def write_reward(tx: Tx, reward: Reward, reason: str | None = None) -> RewardChanged:
    """Write the reward as it is."""
    tx.rewards.put(reward, reward.programme, reward.id)
    return RewardChanged(
        programme=reward.programme,
        reward=reward.id,
        funder=reward.funder,
        status=reward.status,
        terms=hashlib.sha256(canonical_json(reward.terms)).digest(),
        price=reward.terms.price,
        units_per_year=reward.terms.units_per_year,
        reason=reason,
    )
