"""Orders about one voucher."""

from typing import Annotated

import msgspec

from tanhui.chaincode.rules.rewards import Number
from tanhui.chaincode.transactions.rewards.catalogue import RewardOrder

Year = Annotated[int, msgspec.Meta(ge=2000, le=9999)]


class VoucherOrder(RewardOrder, frozen=True, kw_only=True):
    """One unit of a reward's stock; `programme` is the one whose catalogue the reward is of."""

    year: Year
    number: Number
