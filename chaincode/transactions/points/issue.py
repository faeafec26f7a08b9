"""points:Issue, an award by a programme's rule; what activities earn is issued by their batch."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.lots import Lot, receive
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import account_keys, draw_budget, lot_day, operated
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.points.record import Award
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsIssued

Times = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
Tranche = Annotated[int, msgspec.Meta(ge=0, le=63)]


class IssueOrder(AccountOrder, frozen=True, kw_only=True):
    """`times` awards of a flat scene; `tranche` of the year's budget, 0 where there is none."""

    scene: Slug
    times: Times
    tranche: Tranche


@transaction(
    "points:Issue",
    roles={Role.PLATFORM_OPERATOR},
    reads=account_keys,
)
async def issue(tx: Tx, order: IssueOrder) -> PointsIssued:
    """Award points of a flat scene. Debt is repaid first; what repays debt makes no lot.

    A scene that awards by gram goes through a batch of activities: that has methodology and evidence.
    """
    programme = await operated(tx, order.programme)
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    scene = programme.scene(order.scene)
    if scene.award != "flat":
        raise codes.SCENE_BY_GRAM.at("scene", order.scene)
    points = scene.points * order.times
    earned = account.earned_with(points, tx.day, programme.rules.cap_per_day)
    await draw_budget(tx, programme, order.tranche, points)

    source = programme.issue(order.scene, tx.day)
    lot = Lot(programme.rules.expiry.last_day(tx.day), source.id, points)
    received = receive(account.lots, (lot,), account.debt)
    changed = msgspec.structs.replace(
        account, lots=received.lots, debt=received.debt, earned=earned, earned_day=tx.day
    )
    tx.accounts.put(changed, order.programme, order.account)
    tx.issues.put(source, order.programme, source.id.hex())
    award = Award(order.account, source.id.hex(), Amount(points), reversed=False)
    tx.awards.put(award, order.programme, order.request_id)
    return PointsIssued(
        account=order.account,
        programme=order.programme,
        programme_version=programme.programme.in_force,
        issue=source.id.hex(),
        points=points,
        expires=lot_day(lot),
        debt_repaid=received.repaid,
    )
