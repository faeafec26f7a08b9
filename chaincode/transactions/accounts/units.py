"""Membership of a person's account in a unit's, for teams and rankings."""

from tanhui.chaincode.rules.accounts import Holder
from tanhui.chaincode.rules.errors import accounts as codes
from tanhui.chaincode.transactions.tx import Tx


async def require_unit_account(tx: Tx, programme: str, account_id: str) -> bytes:
    """The sixteen bytes of an active unit account of the programme.

    Raises:
        Refusal: contract.record_absent, accounts.not_active, accounts.not_a_unit.
    """
    unit = await tx.accounts.get(programme, account_id)
    if unit.holder is not Holder.UNIT:
        raise codes.NOT_A_UNIT.at("unit", account_id)
    unit.require_active("unit", account_id)
    return bytes.fromhex(account_id)
