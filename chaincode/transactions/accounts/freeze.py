"""accounts:Freeze and accounts:Unfreeze."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import Account, State
from tanhui.chaincode.rules.errors import accounts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexId, OrderReference, Slug, Text
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.accounts import AccountFrozen, AccountUnfrozen


class FreezeOrder(Order, frozen=True, kw_only=True):
    """Which account, why, and by which order; an operator cites none or its own file number."""

    programme: Slug
    account: HexId
    reason: Text
    cited_order: OrderReference = ""


@transaction("accounts:Freeze", roles={Role.PLATFORM_OPERATOR, Role.REGULATOR})
async def freeze(tx: Tx, order: FreezeOrder) -> AccountFrozen:
    """Stop everything that moves points in or out of one account, and of no other.

    A regulator's freeze cites its order, and takes over an operator's.
    """
    account = await _account(tx, order)
    if Role.REGULATOR in tx.roles:
        if not order.cited_order:
            raise codes.ORDER_NEEDED.at("cited_order", order.cited_order)
        account.require_state(State.ACTIVE, State.FROZEN_BY_OPERATOR)
        state = State.FROZEN_BY_REGULATOR
    else:
        account.require_state(State.ACTIVE)
        state = State.FROZEN_BY_OPERATOR
    tx.accounts.put(msgspec.structs.replace(account, state=state), order.programme, order.account)
    return AccountFrozen(account=order.account, reason=order.reason, order=order.cited_order or None)


@transaction("accounts:Unfreeze", roles={Role.PLATFORM_OPERATOR, Role.REGULATOR})
async def unfreeze(tx: Tx, order: FreezeOrder) -> AccountUnfrozen:
    """End a freeze; the regulator's only by a regulator."""
    account = await _account(tx, order)
    account.require_state(State.FROZEN_BY_OPERATOR, State.FROZEN_BY_REGULATOR)
    if account.state is State.FROZEN_BY_REGULATOR and Role.REGULATOR not in tx.roles:
        raise codes.FROZEN_BY_REGULATOR.at("account", order.account)
    tx.accounts.put(msgspec.structs.replace(account, state=State.ACTIVE), order.programme, order.account)
    return AccountUnfrozen(account=order.account, reason=order.reason, order=order.cited_order or None)


async def _account(tx: Tx, order: FreezeOrder) -> Account:
    if Role.REGULATOR not in tx.roles:
        await own_programme(tx, order.programme)
    return await tx.accounts.get(order.programme, order.account)
