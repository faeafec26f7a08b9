"""The two-person rule: what one person proposes takes effect when another sends the same order.

Both send the same function with the same bytes, so both signatures stand on the chain over the whole text of
what was done. The first is run and its changes thrown away, so that what could not be done is refused at
once; the second runs it for good. A proposal lapses with the request id that it carries (orders.py).
"""

from typing import Final, Literal

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType


class Proposal(msgspec.Struct, frozen=True):
    """What waits for, or had, its second person."""

    id: str
    """SHA-256 of function name, U+0000 and argument, hex."""
    function: str
    argument: str
    state: Literal["open", "approved", "rejected"]
    proposed_by_organisation: str
    proposed_by_person: str
    proposed_in: str
    closed_by_organisation: str
    closed_by_person: str
    closed_in: str
    answer: str
    """What the last step answered, given again when it is repeated."""


PROPOSAL: Final = KeyType("proposal", ("day", "proposal"), JsonCodec(Proposal))
