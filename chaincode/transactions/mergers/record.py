"""A merger on the ledger."""

from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType

MergerStatus: TypeAlias = Literal["begun", "abandoned", "finished"]


class Merger(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation on its way into another. The newest of an organisation stands; earlier ones are history."""

    organisation: str
    successor: str
    document: str
    """SHA-256 of the approval of the merger."""
    reason: str
    status: MergerStatus


MERGER: Final = KeyType("merger", ("organisation",), JsonCodec(Merger))
