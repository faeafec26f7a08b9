"""rewards:OpenVoucher."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.rewards import require_voucher_good
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import VOUCHER as MACHINE
from tanhui.chaincode.transactions.fields import HexHash, Region
from tanhui.chaincode.transactions.rewards.catalogue import require_party
from tanhui.chaincode.transactions.rewards.record import number_key
from tanhui.chaincode.transactions.rewards.voucher import VoucherOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects import commit
from tanhui.proofs.effects.rewards import VoucherOpened


class OpenVoucherOrder(VoucherOrder, frozen=True, kw_only=True):
    """What the voucher's holder showed: the salt and the secret under its commitment; and in which district."""

    salt: HexHash
    secret: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", min_length=1, max_length=256)]
    region: Region


@transaction("rewards:OpenVoucher", roles={Role.MERCHANT})
async def open_voucher(tx: Tx, order: OpenVoucherOrder) -> VoucherOpened:
    """Take a voucher in, once: the funder or an outlet opens its commitment before its last day.

    Whoever reads the ledger learns the secret only now, when it is of no more use.
    """
    reward = await tx.rewards.get(order.programme, order.reward)
    require_party(tx, "reward", reward.funder, *reward.terms.outlets)
    ids = (order.programme, order.reward, str(order.year), number_key(order.number))
    voucher = await tx.vouchers.get(*ids)
    MACHINE.require_move(voucher.status, "opened")
    require_voucher_good(voucher.until, voucher.regions, order.region, tx.day)
    if commit(bytes.fromhex(order.salt), order.secret).hex() != voucher.commitment:
        raise codes.COMMITMENT.at("secret", order.secret[:40], commitment=voucher.commitment)
    opened = msgspec.structs.replace(
        voucher, status="opened", opened_by=tx.caller.organisation, opened_in=order.region
    )
    tx.vouchers.put(opened, *ids)
    return VoucherOpened(
        catalogue=order.programme,
        reward=order.reward,
        year=str(order.year),
        number=order.number,
        merchant=tx.caller.organisation,
        region=order.region,
    )
