"""Consents, aggregates and assignments on the ledger.

An assignment stands under its activity batch, so that a batch backs one period and no other; beside it one small key
under its period, so that a period's batches are one range and no list that every assignment writes.
"""

from typing import Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """An account's consent that its reductions go to the platform's aggregate."""

    since: int
    """Day since 1970-01-01 in UTC+8: activities from that day on."""
    evidence: str
    """SHA-256 of the text that was agreed to and how."""


class Aggregate(msgspec.Struct, frozen=True, kw_only=True):
    """Says that a project's periods are sums of assigned reductions of one programme."""

    project: str
    programme: str


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What of an activity batch backs which period."""

    project: str
    period: int
    programme: str
    batch: str
    positions: tuple[int, ...]
    """Records that back it, rising; without those that were reversed before it was issued."""
    grams: Amount
    reversed_after_g: Amount
    """Grams of its records that were reversed after it was issued: a recall's matter."""


class Backing(msgspec.Struct, frozen=True, kw_only=True):
    """One batch's part of a period, for the sum."""

    programme: str
    batch: str
    grams: Amount


AGGREGATE: Final = KeyType("aggregate", ("project",), JsonCodec(Aggregate))
ASSIGNMENT: Final = KeyType("assignment", ("programme", "batch"), JsonCodec(Assignment))
BACKING: Final = KeyType("backing", ("project", "period", "programme", "batch"), JsonCodec(Backing))
CONSENT: Final = KeyType("consent", ("programme", "account"), JsonCodec(Consent))
