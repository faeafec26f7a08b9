"""What the market keeps on the ledger."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.market import CITATIONS_MAX, Citation, Price
from tanhui.chaincode.transactions.credits.record import Span

IntentStatus: TypeAlias = Literal["offered", "signed", "fulfilled", "lapsed", "withdrawn"]
ListingStatus: TypeAlias = Literal["open", "closed"]
TradeStatus: TypeAlias = Literal["proposed", "agreed", "settled", "withdrawn", "rejected", "defaulted"]
PriceStatus: TypeAlias = Literal["proposed", "approved", "rejected"]

Citations = Annotated[tuple[Citation, ...], msgspec.Meta(max_length=CITATIONS_MAX)]
PriceVersion = Annotated[int, msgspec.Meta(ge=1, le=999_999)]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer's intent to buy what a project will have verified (认购意向, Zhoushan's blue carbon).

    It is no unit: it stands in no batch, has no serials, and nothing can transfer or retire it.
    """

    id: str
    buyer: str
    seller: str
    subject: str
    methodology: str
    quantity: Amount
    price: Price
    until: date
    document: str
    status: IntentStatus
    delivered: Amount
    """Kilograms of settled trades that deliver on it."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Units of a batch for sale, at a price."""

    id: str
    seller: str
    batch: str
    available: Amount
    price: Price
    until: date
    status: ListingStatus


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A bilateral trade: units against a payment."""

    id: str
    seller: str
    buyer: str
    spans: tuple[Span, ...]
    quantity: Amount
    amount: Amount
    """Fen for all of it."""
    listing: str
    pay_by: date
    status: TradeStatus
    payment: str = ""
    document: str = ""
    intent: str = ""
    """The forward intent that it delivers on."""


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment's reference, and the one trade that it paid."""

    trade: str


class ReferencePrice(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a reference price, in fen for a tonne (Chengdu 16)."""

    product: str
    version: PriceVersion
    price: Price
    citations: Citations
    valid_from: date
    valid_until: date
    exchange: str
    status: PriceStatus


class PriceHead(msgspec.Struct, frozen=True, kw_only=True):
    """Which versions of a reference price are the newest and the one approved last."""

    newest: int
    approved: int


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """A participant's credit grade by one standard (碳交易企业信用等级评价规范, Zhoushan)."""

    participant: str
    issuer: str
    standard: str
    standard_document: str
    grade: str
    valid_from: date
    valid_until: date
    report: str


class LabelKind(msgspec.Struct, frozen=True, kw_only=True):
    """A label: who gives it, by which criteria."""

    id: str
    title: str
    issuer: str
    criteria: str
    status: ListingStatus


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """That an organisation carries a label."""

    organisation: str
    valid_from: date
    valid_until: date
    evidence: str


def price_key(version: int) -> str:
    """A version as a key's part, fixed-width."""
    return f"{version:06d}"


GRADE: Final = KeyType("grade", ("participant", "standard"), JsonCodec(Grade))
INTENT: Final = KeyType("intent", ("intent",), JsonCodec(Intent))
LABEL: Final = KeyType("label", ("label", "organisation"), JsonCodec(Label))
LABEL_KIND: Final = KeyType("label_kind", ("label",), JsonCodec(LabelKind))
LISTING: Final = KeyType("listing", ("listing",), JsonCodec(Listing))
PAYMENT: Final = KeyType("payment", ("payment",), JsonCodec(Payment))
PRICE_HEAD: Final = KeyType("price_head", ("product",), JsonCodec(PriceHead))
REFERENCE_PRICE: Final = KeyType("reference_price", ("product", "version"), JsonCodec(ReferencePrice))
TRADE: Final = KeyType("trade", ("trade",), JsonCodec(Trade))
