"""points:Cancel, at the holder's wish, and points:CancelByOrder, by two persons of the regulator."""

import msgspec

from tanhui.chaincode.contract.amounts import PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.accounts import Account, State
from tanhui.chaincode.rules.lots import Split, spend
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import CitedOrder, Text
from tanhui.chaincode.transactions.points.operating import account_keys, effect_lots, own_programme
from tanhui.chaincode.transactions.points.orders import AccountOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsCancelled


class CancelOrder(AccountOrder, frozen=True, kw_only=True):
    """Points that their holder gives up."""

    points: PositiveAmount
    reason: Text


class CancelByOrderOrder(CancelOrder, frozen=True, kw_only=True):
    """Points taken by the order that is cited."""

    cited_order: CitedOrder


@transaction(
    "points:Cancel",
    roles={Role.PLATFORM_OPERATOR},
    reads=account_keys,
)
async def cancel(tx: Tx, order: CancelOrder) -> PointsCancelled:
    """Destroy points that their holder gives up, earliest expiry first."""
    await own_programme(tx, order.programme)
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    taken = _take(tx, order, account).taken
    return PointsCancelled(
        account=order.account, programme=order.programme, lots=effect_lots(taken), reason=order.reason
    )


@transaction("points:CancelByOrder", roles={Role.REGULATOR}, persons=2)
async def cancel_by_order(tx: Tx, order: CancelByOrderOrder) -> PointsCancelled:
    """Destroy points by a court's or authority's order; the account may be frozen, by anybody."""
    account = await tx.accounts.get(order.programme, order.account)
    account.require_state(State.ACTIVE, State.FROZEN_BY_OPERATOR, State.FROZEN_BY_REGULATOR)
    taken = _take(tx, order, account).taken
    return PointsCancelled(
        account=order.account,
        programme=order.programme,
        lots=effect_lots(taken),
        reason=order.reason,
        order=order.cited_order,
    )


def _take(tx: Tx, order: CancelOrder, account: Account) -> Split:
    split = spend(account.lots, order.points, tx.day)
    tx.accounts.put(msgspec.structs.replace(account, lots=split.stays), order.programme, order.account)
    return split
