"""Orders about one account, and about two, of one programme."""

from tanhui.chaincode.contract.amounts import PositiveAmount
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.transactions.fields import HexId, Slug


class AccountOrder(Order, frozen=True, kw_only=True):
    """One account."""

    programme: Slug
    account: HexId


class PairOrder(Order, frozen=True, kw_only=True):
    """Points from one account to another."""

    programme: Slug
    sender: HexId
    receiver: HexId
    points: PositiveAmount
