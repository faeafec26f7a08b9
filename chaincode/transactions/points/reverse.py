"""points:Reverse, by two persons of the operator."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order, RequestId
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.lots import reverse as reverse_lots
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug, Text
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsReversed


class ReverseOrder(Order, frozen=True, kw_only=True):
    """The award, by the request id that made it, and why it was wrong."""

    programme: Slug
    award: RequestId
    reason: Text


@transaction("points:Reverse", roles={Role.PLATFORM_OPERATOR}, persons=2)
async def reverse(tx: Tx, order: ReverseOrder) -> PointsReversed:
    """Counter a wrong award, once: what is left of its issue is taken, what was spent becomes a debt.

    Later points repay the debt first. A frozen account is reversed too; batches have activities:Reverse.
    """
    await own_programme(tx, order.programme)
    award = await tx.awards.get(order.programme, order.award)
    if award.reversed:
        raise codes.AWARD_REVERSED.at("award", order.award)
    account = await tx.accounts.get(order.programme, award.account)
    split, debt = reverse_lots(account.lots, bytes.fromhex(award.issue), award.points, account.debt)
    tx.accounts.put(
        msgspec.structs.replace(account, lots=split.stays, debt=debt), order.programme, award.account
    )
    tx.awards.put(msgspec.structs.replace(award, reversed=True), order.programme, order.award)
    return PointsReversed(
        account=award.account,
        programme=order.programme,
        issue=award.issue,
        points=int(award.points),
        debt=debt - account.debt,
        reason=order.reason,
    )
