"""rewards:Revise."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.rewards import Terms
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import REWARD as MACHINE
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.rewards.catalogue import RewardOrder, require_party, write_reward
from tanhui.chaincode.transactions.rewards.offer import require_terms
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardChanged


class ReviseRewardOrder(RewardOrder, frozen=True, kw_only=True):
    """New terms of an own reward."""

    terms: Terms
    document: HexHash


@transaction("rewards:Revise", roles={Role.MERCHANT})
async def revise(tx: Tx, order: ReviseRewardOrder) -> RewardChanged:
    """Offer an own reward again under other terms. It is off sale until the operator accepts them.

    Units a year can be raised and never lowered: a number that was taken must stay within them. Vouchers that
    were taken keep the day and the districts of the terms under which they were.
    """
    reward = await tx.rewards.get(order.programme, order.reward)
    require_party(tx, "reward", reward.funder)
    if reward.status != "offered":
        MACHINE.require_move(reward.status, "offered")
    await require_terms(tx, reward.kind, order.terms)
    order.terms.require_not_lowered(reward.terms.units_per_year)
    return write_reward(
        tx, msgspec.structs.replace(reward, terms=order.terms, document=order.document, status="offered")
    )
