"""points:Transfer."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.lots import receive, spend
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.points.operating import effect_lots, operated, pair_keys
from tanhui.chaincode.transactions.points.orders import PairOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsTransferred


class TransferOrder(PairOrder, frozen=True, kw_only=True):
    """Points from one account to another of the same programme."""


@transaction(
    "points:Transfer",
    roles={Role.PLATFORM_OPERATOR},
    reads=pair_keys,
)
async def transfer(tx: Tx, order: TransferOrder) -> PointsTransferred:
    """Move points between two accounts of one programme, earliest expiry first; lots keep issue and expiry.

    The programme's rule decides whether, between whom and how much.
    """
    if order.sender == order.receiver:
        raise codes.SAME_ACCOUNT.at("receiver", order.receiver)
    programme = await operated(tx, order.programme)
    sender, receiver = await tx.accounts.get_all(order.sender, order.receiver, under=(order.programme,))
    sender.require_active("sender", order.sender)
    receiver.require_active("receiver", order.receiver)
    programme.rules.require_transfer_allowed(
        order.programme, sender, (order.receiver, receiver), order.points
    )
    sent = sender.sent_with(order.points, tx.day, programme.rules.transfer.cap_per_day)

    stays, moved = spend(sender.lots, order.points, tx.day)
    received = receive(receiver.lots, moved, receiver.debt)
    tx.accounts.put(
        msgspec.structs.replace(sender, lots=stays, sent=sent, sent_day=tx.day),
        order.programme,
        order.sender,
    )
    tx.accounts.put(
        msgspec.structs.replace(receiver, lots=received.lots, debt=received.debt),
        order.programme,
        order.receiver,
    )
    return PointsTransferred(
        programme=order.programme,
        sender=order.sender,
        receiver=order.receiver,
        lots=effect_lots(moved),
        debt_repaid=received.repaid,
    )
