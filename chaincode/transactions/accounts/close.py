"""accounts:Close."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import State
from tanhui.chaincode.rules.errors import accounts as codes
from tanhui.chaincode.rules.lots import total
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexId, Slug, Text
from tanhui.chaincode.transactions.organisations.ties import ACCOUNT_KIND, drop_tie
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.accounts import AccountClosed


class CloseOrder(Order, frozen=True, kw_only=True):
    """Which account, and why."""

    programme: Slug
    account: HexId
    reason: Text


@transaction("accounts:Close", roles={Role.PLATFORM_OPERATOR})
async def close(tx: Tx, order: CloseOrder) -> AccountClosed:
    """End an account for good; its history stays, its id is never used again.

    It must be empty and owe nothing: points are redeemed, cancelled or expired first, so none just vanishes.
    """
    await own_programme(tx, order.programme)
    account = await tx.accounts.get(order.programme, order.account)
    account.require_state(State.ACTIVE)
    held = total(account.lots)
    if held or account.debt:
        raise codes.NOT_EMPTY.at("account", held, debt=account.debt)
    tx.accounts.put(msgspec.structs.replace(account, state=State.CLOSED), order.programme, order.account)
    if account.organisation:
        drop_tie(tx.unit, account.organisation, ACCOUNT_KIND, f"{order.programme}/{order.account}")
    return AccountClosed(account=order.account, reason=order.reason)
