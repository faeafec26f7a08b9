"""Rewards, their shares, vouchers and draws on the ledger."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.days import DAY_MAX, Day
from tanhui.chaincode.rules.lots import Lot, Lots
from tanhui.chaincode.rules.rewards import Number, RewardKind, Terms
from tanhui.chaincode.transactions.fields import HexHash

RewardStatus: TypeAlias = Literal["offered", "on_sale", "suspended", "withdrawn"]
ShareStatus: TypeAlias = Literal["offered", "on_sale", "ended"]
VoucherStatus: TypeAlias = Literal["taken", "opened", "refunded", "donated"]
DrawStatus: TypeAlias = Literal["announced", "open", "closed", "decided", "void"]

UNITS_MAX: Final = 100
"""Units that one order takes."""


class Reward(msgspec.Struct, frozen=True, kw_only=True):
    """A reward in a programme's catalogue: the funder offers it, the operator puts it on sale."""

    programme: str
    id: str
    title: str
    kind: RewardKind
    funder: str
    terms: Terms
    document: str
    """SHA-256 of the funder's undertaking."""
    status: RewardStatus


class RewardShare(msgspec.Struct, frozen=True, kw_only=True):
    """The same reward in another programme's catalogue, out of the same stock (商城产品共用, Chengdu 1)."""

    catalogue: str
    reward: str
    programme: str
    price: Number
    status: ShareStatus


class Attribute(msgspec.Struct, frozen=True, kw_only=True):
    """An account fulfils a condition until a day, says the attester in whose key it stands."""

    until: date


class KeptLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot that was burnt, so that a refund gives back what was taken and nothing else."""

    issue: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$(?!\n)")]
    expires: Annotated[int, msgspec.Meta(ge=0, le=int(DAY_MAX))]
    points: Number


class Voucher(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of one year's stock, taken by an account."""

    programme: str
    account: str
    commitment: str
    """Hex; empty for a donation."""
    until: date
    regions: tuple[str, ...]
    lots: tuple[KeptLot, ...]
    """What was paid; none for a prize."""
    draw: str
    status: VoucherStatus
    opened_by: str = ""
    opened_in: str = ""
    """The district where it was opened."""


class RewardTaking(msgspec.Struct, frozen=True, kw_only=True):
    """How many units of a reward an account has taken in a year."""

    units: int


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw for units of one reward among accounts of one programme."""

    programme: str
    id: str
    catalogue: str
    reward: str
    operator: str
    funder: str
    price: int
    """Points for an entry; 0 for none."""
    prizes: int
    until: date
    """The last day of entry."""
    status: DrawStatus
    operator_commitment: HexHash
    funder_commitment: str = ""
    entrants: int = 0
    entrants_hash: str = ""
    operator_seed: str = ""
    funder_seed: str = ""
    winners: tuple[str, ...] = ()


class DrawEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An account's entry. `settled`: the prize is claimed, or the price is back."""

    account: str
    lots: tuple[KeptLot, ...]
    settled: bool = False


def number_key(number: int) -> str:
    """A unit's number as a key's part: 16 decimal digits, enough for 2^53."""
    return f"{number:016d}"


def kept(lots: Lots) -> tuple[KeptLot, ...]:
    """Lots as a voucher keeps them."""
    return tuple(KeptLot(issue=lot.issue.hex(), expires=int(lot.expires), points=lot.points) for lot in lots)


def lots_of(lots: tuple[KeptLot, ...]) -> Lots:
    """Kept lots as an account has them."""
    return tuple(Lot(Day(lot.expires), bytes.fromhex(lot.issue), lot.points) for lot in lots)


ATTRIBUTE: Final = KeyType(
    "attribute", ("programme", "account", "attribute", "attester"), JsonCodec(Attribute)
)
DRAW: Final = KeyType("draw", ("programme", "draw"), JsonCodec(Draw))
DRAW_ENTRY: Final = KeyType("draw_entry", ("programme", "draw", "account"), JsonCodec(DrawEntry))
REWARD: Final = KeyType("reward", ("programme", "reward"), JsonCodec(Reward))
REWARD_SHARE: Final = KeyType("reward_share", ("catalogue", "reward", "programme"), JsonCodec(RewardShare))
REWARD_TAKING: Final = KeyType(
    "reward_taking", ("catalogue", "reward", "year", "programme", "account"), JsonCodec(RewardTaking)
)
VOUCHER: Final = KeyType("voucher", ("catalogue", "reward", "year", "number"), JsonCodec(Voucher))
