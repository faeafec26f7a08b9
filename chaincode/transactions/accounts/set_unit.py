"""accounts:SetUnit."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import NO_UNIT, Holder
from tanhui.chaincode.rules.errors import accounts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.accounts.units import require_unit_account
from tanhui.chaincode.transactions.fields import HexId, HexIdOrNone, Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.accounts import AccountUnitChanged


class SetUnitOrder(Order, frozen=True, kw_only=True):
    """A person's account, and the unit account it belongs to from now on; empty to leave."""

    programme: Slug
    account: HexId
    unit: HexIdOrNone


@transaction("accounts:SetUnit", roles={Role.PLATFORM_OPERATOR})
async def set_unit(tx: Tx, order: SetUnitOrder) -> AccountUnitChanged:
    """Tie a person to a unit for teams and rankings, or untie; points stay where they are."""
    await own_programme(tx, order.programme)
    account = await tx.accounts.get(order.programme, order.account)
    account.require_active("account", order.account)
    if account.holder is not Holder.PERSON:
        raise codes.NOT_A_PERSON.at("account", order.account)
    unit = await require_unit_account(tx, order.programme, order.unit) if order.unit else NO_UNIT
    tx.accounts.put(msgspec.structs.replace(account, unit=unit), order.programme, order.account)
    return AccountUnitChanged(account=order.account, unit=order.unit or None)
