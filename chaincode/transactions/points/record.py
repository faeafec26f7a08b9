"""What the points lane keeps besides accounts: direct awards, so that a wrong one can be reversed once."""

from typing import Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType


class Award(msgspec.Struct, frozen=True):
    """A direct award, under the request id that made it.

    Batches need none of these: their own record says what each account got.
    """

    account: str
    issue: str
    """Eight bytes, hex."""
    points: Amount
    reversed: bool


AWARD: Final = KeyType("award", ("programme", "award"), JsonCodec(Award))
