"""The order of a change of state."""

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.transactions.fields import Slug, Text


class ProgrammeOrder(Order, frozen=True, kw_only=True):
    """Which programme changes its state, and why."""

    programme: Slug
    reason: Text
