"""A retirement on the ledger: what a certificate is derived from."""

from datetime import date
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.transactions.credits.record import Span
from tanhui.chaincode.transactions.fields import Slug
from tanhui.proofs.effects.retirements import Purpose

Commitment = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$(?!\n)", max_length=64)]
"""A person's salted commitment as hex; empty where an organisation stands instead."""

RetirementId = Slug


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation by its id, or a person by a salted commitment; the other is empty."""

    organisation: Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Z]{18})?$(?!\n)", max_length=18)] = ""
    person: Commitment = ""


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    """Units used up: whose they were, for whom, and why. Never changed."""

    id: str
    holder: str
    beneficiary: Party
    on_behalf_of: Party | None
    purpose: Purpose
    reference: str
    reason: str
    day: date
    spans: tuple[Span, ...]
    quantity: Amount


RETIREMENT: Final = KeyType("retirement", ("id",), JsonCodec(Retirement))
