"""A recall on the ledger, and what is due for it."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.recalls import Scope
from tanhui.chaincode.transactions.credits.record import Span

RecallGround: TypeAlias = Literal["factor", "reversal", "error"]
"""A wrong factor, a reduction that was reversed, an error of issuance."""

SCOPE_PARTS_MAX: Final = 200
REPLACEMENT_SPANS_MAX: Final = 1_000
"""Ranges that replace the recalled part of one certificate."""

NO_RETIREMENT: Final = "-"
"""Stands in a due's key for units that were not retired; no retirement's id begins so."""

Scopes = Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1, max_length=SCOPE_PARTS_MAX)]


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """Serials of one batch that are recalled."""

    id: str
    batch: str
    project: str
    ground: RecallGround
    document: str
    """SHA-256 of the decision."""
    reason: str
    scope: tuple[Scope, ...]
    quantity: Amount
    """Kilograms in the scope."""
    marked: Amount
    """Kilograms of it that are marked on their ranges; all of it in the end."""
    held: Amount
    """Kilograms that stand still and are not cancelled yet."""
    announced: date
    replace_by: date


class RecallDue(msgspec.Struct, frozen=True, kw_only=True):
    """What a recall took from one holder: under one of its retirements, or as units that it held.

    It is the notice to that holder, and the account of what was replaced.
    """

    recall: str
    holder: str
    retirement: str
    """Empty for units that were cancelled."""
    recalled: Amount
    replaced: Amount
    replacement: tuple[Span, ...]
    """What was retired under the same certificate instead; empty where units were given."""
    acknowledged: date | None


RECALL: Final = KeyType("recall", ("id",), JsonCodec(Recall))
RECALL_DUE: Final = KeyType("recall_due", ("holder", "retirement", "recall"), JsonCodec(RecallDue))
