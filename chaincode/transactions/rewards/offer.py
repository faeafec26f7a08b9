"""rewards:Offer."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.regions import require_region
from tanhui.chaincode.rules.rewards import RewardKind, Terms
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Text
from tanhui.chaincode.transactions.rewards.catalogue import RewardOrder, write_reward
from tanhui.chaincode.transactions.rewards.record import Reward
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import RewardChanged


class OfferRewardOrder(RewardOrder, frozen=True, kw_only=True):
    """What the caller will hand out for points, and the document in which it undertakes to."""

    title: Text
    kind: RewardKind
    terms: Terms
    document: HexHash


async def require_terms(tx: Tx, kind: RewardKind, terms: Terms) -> None:
    """Refuse terms that do not suit the kind, name no district, or attesters and outlets that nobody knows.

    Raises:
        Refusal: rewards.benefit, value.not_a_region, contract.record_absent, rewards.ended.
    """
    terms.require_suits(kind)
    terms.require_time(tx.day)
    for at, region in enumerate(terms.regions):
        require_region(region, f"terms.regions[{at}]")
    await tx.organisations.get_all(*(one.attester for one in terms.conditions), *terms.outlets)


@transaction("rewards:Offer", roles={Role.MERCHANT})
async def offer(tx: Tx, order: OfferRewardOrder) -> RewardChanged:
    """Offer a reward to a programme, with the caller as its funder. Its operator puts it on sale."""
    await tx.programmes.get(order.programme)
    if await tx.rewards.find(order.programme, order.reward) is not None:
        raise codes.EXISTS.at("reward", order.reward)
    await require_terms(tx, order.kind, order.terms)
    return write_reward(
        tx,
        Reward(
            programme=order.programme,
            id=order.reward,
            title=order.title,
            kind=order.kind,
            funder=tx.caller.organisation,
            terms=order.terms,
            document=order.document,
            status="offered",
        ),
    )
