"""A target on the ledger: what a policy document wants reached by a year, and where it says so."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.transactions.fields import Text

STATEMENTS_MAX: Final = 8

Direction: TypeAlias = Literal["at_most", "at_least", "reduce_by", "raise_by"]


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one place of the document says: 六(二), or 附表 17."""

    pointer: Text
    value: Amount


Statements = Annotated[tuple[Statement, ...], msgspec.Meta(min_length=1, max_length=STATEMENTS_MAX)]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Never changed. Where body and annex disagree, both stand in `statements`."""

    id: str
    title: str
    document: str
    year: int
    baseline_year: int | None
    owner: str
    """The department responsible (责任单位), as the document names it."""
    direction: Direction
    unit: str
    statements: tuple[Statement, ...]
    recorded_by: str


TARGET: Final = KeyType("target", ("id",), JsonCodec(Target))
