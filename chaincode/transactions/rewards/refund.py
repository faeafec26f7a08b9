"""rewards:Refund, by two persons of the operator."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import VOUCHER as MACHINE
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.points.operating import effect_lots, own_programme
from tanhui.chaincode.transactions.rewards.record import lots_of, number_key
from tanhui.chaincode.transactions.rewards.taking import give_back
from tanhui.chaincode.transactions.rewards.voucher import VoucherOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import VoucherRefunded


class RefundVoucherOrder(VoucherOrder, frozen=True, kw_only=True):
    """Why its holder gets the points back."""

    reason: Text


@transaction("rewards:Refund", roles={Role.PLATFORM_OPERATOR}, persons=2)
async def refund(tx: Tx, order: RefundVoucherOrder) -> VoucherRefunded:
    """Give the points of an unopened voucher back, where a merchant did not deliver.

    The lots return with the issue and the expiry that they had. The number stays used: its history is that of
    one voucher.
    """
    ids = (order.programme, order.reward, str(order.year), number_key(order.number))
    voucher = await tx.vouchers.get(*ids)
    await own_programme(tx, voucher.programme)
    MACHINE.require_move(voucher.status, "refunded")
    account = await tx.accounts.get(voucher.programme, voucher.account)
    lots = lots_of(voucher.lots)
    back, repaid = give_back(account, lots)
    tx.accounts.put(back, voucher.programme, voucher.account)
    tx.vouchers.put(msgspec.structs.replace(voucher, status="refunded"), *ids)
    return VoucherRefunded(
        catalogue=order.programme,
        reward=order.reward,
        year=str(order.year),
        number=order.number,
        programme=voucher.programme,
        account=voucher.account,
        lots=effect_lots(lots),
        debt_repaid=repaid,
        reason=order.reason,
    )
