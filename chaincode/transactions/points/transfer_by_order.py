"""points:TransferByOrder, by two persons of the regulator."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.accounts import State
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.lots import receive, spend
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import CitedOrder
from tanhui.chaincode.transactions.points.operating import effect_lots
from tanhui.chaincode.transactions.points.orders import PairOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.points import PointsTransferred


class TransferByOrderOrder(PairOrder, frozen=True, kw_only=True):
    """A forced transfer, with the order that it carries out."""

    cited_order: CitedOrder


@transaction("points:TransferByOrder", roles={Role.REGULATOR}, persons=2)
async def transfer_by_order(tx: Tx, order: TransferByOrderOrder) -> PointsTransferred:
    """Move points as a court or authority ordered, whatever the programme's transfer rule says.

    The sender may be frozen, by anybody; a closed account has nothing, and the receiver must be active.
    """
    if order.sender == order.receiver:
        raise codes.SAME_ACCOUNT.at("receiver", order.receiver)
    sender, receiver = await tx.accounts.get_all(order.sender, order.receiver, under=(order.programme,))
    sender.require_state(State.ACTIVE, State.FROZEN_BY_OPERATOR, State.FROZEN_BY_REGULATOR)
    receiver.require_active("receiver", order.receiver)
    stays, moved = spend(sender.lots, order.points, tx.day)
    received = receive(receiver.lots, moved, receiver.debt)
    tx.accounts.put(msgspec.structs.replace(sender, lots=stays), order.programme, order.sender)
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
        order=order.cited_order,
    )
