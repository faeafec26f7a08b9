"""A trust on the ledger: whose units a trustee holds, for whom, and until when."""

from datetime import date
from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.transactions.credits.record import Span

TrustStatus: TypeAlias = Literal["offered", "settled", "declined", "ended"]


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """Units that the trustee holds for a beneficiary. The trust's hold keeps them apart from its own."""

    id: str
    settlor: str
    trustee: str
    beneficiary: str
    deed: str
    """SHA-256 of the trust deed."""
    until: date
    """The last day of the trust; after it the beneficiary takes what is left by itself."""
    spans: tuple[Span, ...]
    """What was settled."""
    quantity: Amount
    remaining: Amount
    """Kilograms that stand in trust: settled less handed to the beneficiary."""
    status: TrustStatus


TRUST: Final = KeyType("trust", ("id",), JsonCodec(Trust))
