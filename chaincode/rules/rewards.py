"""A reward's terms: its price, its stock, and who may take it where (domain.md, Rewards).

Stock is numbered: a year's units are 1..n, and whoever takes one names its number. So there is no counter that
two redemptions would write, stock cannot be oversold, and a unit is taken when something stands under its
number. An operator hands out numbers as it likes, for example a block of them to each of its servers.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.rules.accounts import Holder
from tanhui.chaincode.rules.days import Day, day_text, from_date
from tanhui.chaincode.rules.errors import rewards as codes

NUMBER_MAX: Final = 2**53 - 1
CONDITIONS_MAX: Final = 8
REGIONS_MAX: Final = 50
OUTLETS_MAX: Final = 100
VALID_DAYS_MAX: Final = 3_650

Whole = Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)]
Number = Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
RewardKind: TypeAlias = Literal["ticket", "goods", "service", "coupon", "discount", "donation"]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=64)]
OrganisationId = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{18}$(?!\n)", min_length=18, max_length=18)]
Region = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$(?!\n)", max_length=6)]

MONEY_KINDS: Final = frozenset({"coupon", "donation"})
"""Kinds whose unit is worth an amount of money."""


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an account must be attested to be: for example `nev`, by the province's vehicle data platform."""

    attribute: Slug
    attester: OrganisationId


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a reward costs, how many there are, and for whom and where it is good."""

    price: Number
    """Points for one unit, of the programme in whose catalogue it stands."""
    units_per_year: Whole
    """Units in each calendar year; 0 is without limit."""
    per_account: Whole = 0
    """Units that one account takes in a year; 0 is without limit."""
    face_fen: Whole = 0
    """What a coupon is worth, or what the funder gives for a donated unit."""
    discount_basis_points: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    holders: Literal["person", "unit", "any"] = "any"
    conditions: Annotated[tuple[Condition, ...], msgspec.Meta(max_length=CONDITIONS_MAX)] = ()
    """All of them must be attested."""
    regions: Annotated[tuple[Region, ...], msgspec.Meta(max_length=REGIONS_MAX)] = ()
    """Districts where a voucher is good (GB/T 2260); empty: everywhere."""
    outlets: Annotated[tuple[OrganisationId, ...], msgspec.Meta(max_length=OUTLETS_MAX)] = ()
    """Organisations that open vouchers besides the funder."""
    valid_days: Annotated[int, msgspec.Meta(ge=0, le=VALID_DAYS_MAX)]
    """Days for which a voucher can be opened after the day on which it was taken."""
    until: date
    """The last day on which it can be taken."""

    def require_suits(self, kind: RewardKind) -> None:
        """Refuse terms whose worth is not of the reward's kind.

        Raises:
            Refusal: rewards.benefit.
        """
        if bool(self.face_fen) != (kind in MONEY_KINDS):
            raise codes.BENEFIT.at("terms.face_fen", self.face_fen, kind=kind)
        if bool(self.discount_basis_points) != (kind == "discount"):
            raise codes.BENEFIT.at("terms.discount_basis_points", self.discount_basis_points, kind=kind)

    def require_not_lowered(self, before: int) -> None:
        """Refuse less stock than was promised before: what is taken already must stay within it.

        Raises:
            Refusal: rewards.stock_lowered.
        """
        if self.units_per_year and (not before or self.units_per_year < before):
            raise codes.STOCK_LOWERED.at("terms.units_per_year", self.units_per_year, before=before)

    def require_in_stock(self, number: int, year: int) -> None:
        """Refuse a number beyond the year's units.

        Raises:
            Refusal: rewards.out_of_stock.
        """
        if self.units_per_year and number > self.units_per_year:
            raise codes.OUT_OF_STOCK.at("number", number, year=year, units=self.units_per_year)

    def require_time(self, today: Day) -> None:
        """Refuse a reward whose last day has passed.

        Raises:
            Refusal: rewards.ended.
        """
        if today > from_date(self.until):
            raise codes.ENDED.at("reward", day_text(today), until=self.until.isoformat())

    def require_holder(self, holder: Holder) -> None:
        """Refuse an account of the wrong sort of holder.

        Raises:
            Refusal: rewards.holder.
        """
        if self.holders not in ("any", holder.name.lower()):
            raise codes.HOLDER.at("account", holder.name.lower(), allowed=self.holders)

    def taken_with(self, taken: int, units: int) -> int:
        """What an account has taken this year when `units` are added.

        Raises:
            Refusal: rewards.account_limit.
        """
        if self.per_account and taken + units > self.per_account:
            raise codes.ACCOUNT_LIMIT.at("account", taken + units, limit=self.per_account)
        return taken + units


def require_voucher_good(until: date, regions: tuple[str, ...], region: str, today: Day) -> None:
    """Refuse a voucher after its last day, or outside its districts.

    Raises:
        Refusal: rewards.ended, rewards.region.
    """
    if today > from_date(until):
        raise codes.ENDED.at("voucher", day_text(today), until=until.isoformat())
    if regions and region not in regions:
        raise codes.REGION.at("region", region, allowed=",".join(regions))
