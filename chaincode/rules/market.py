"""The market's rules: validity, citations of reference prices, and what a listing has left (domain.md, Market).

Money is fen; prices are fen for a tonne CO2e, quantities kilograms.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.rules.days import Day, day_text, from_date
from tanhui.chaincode.rules.errors import market as codes

PRICE_MAX: Final = 2**53 - 1
CITATIONS_MAX: Final = 20
KILOGRAMS_PER_TONNE: Final = 1_000

Price = Annotated[int, msgspec.Meta(ge=1, le=PRICE_MAX)]
CitationKind: TypeAlias = Literal["allowance", "ccer", "local_trade", "survey"]
Source = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", min_length=1, max_length=200)]

CITED_ALWAYS: Final[tuple[CitationKind, ...]] = ("allowance", "ccer")
"""What a reference price is guided by (Chengdu 16)."""


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A price that a reference price rests on."""

    kind: CitationKind
    price: Price
    """Fen for a tonne."""
    source: Source
    day: date


def require_cited(citations: Iterable[Citation], today: Day) -> None:
    """Refuse a reference price without an allowance's and a CCER's price, or with a price of the future.

    Raises:
        Refusal: market.citation, market.citation_day.
    """
    seen: set[str] = set()
    for at, one in enumerate(citations):
        if from_date(one.day) > today:
            raise codes.CITATION_DAY.at(f"citations[{at}].day", one.day.isoformat(), today=day_text(today))
        seen.add(one.kind)
    for kind in CITED_ALWAYS:
        if kind not in seen:
            raise codes.CITATION_KIND.at("citations", kind)


def require_validity(first: date, last: date, field: str) -> None:
    """Refuse a validity that ends before it begins.

    Raises:
        Refusal: market.validity.
    """
    if last < first:
        raise codes.VALIDITY.at("valid_until", field, first=first.isoformat(), last=last.isoformat())


def require_open(field: str, until: date, today: Day) -> None:
    """Refuse something after its last day.

    Raises:
        Refusal: market.past.
    """
    if today > from_date(until):
        raise codes.PAST.at(field, day_text(today), until=until.isoformat())


def require_over(field: str, until: date, today: Day) -> None:
    """Refuse to end something before its last day has passed.

    Raises:
        Refusal: market.not_due.
    """
    if today <= from_date(until):
        raise codes.NOT_DUE.at(field, day_text(today), until=until.isoformat())


def left(listed: int, asked: int) -> int:
    """What a listing of `listed` kilograms has left after `asked` more.

    Raises:
        Refusal: market.oversold.
    """
    if asked > listed:
        raise codes.OVERSOLD.at("pieces", asked, available=listed)
    return listed - asked


def amount_fen(quantity: int, price: int) -> int:
    """What `quantity` kilograms cost at `price` fen a tonne, rounded up to a whole fen: the seller loses none."""
    return -(-quantity * price // KILOGRAMS_PER_TONNE)
