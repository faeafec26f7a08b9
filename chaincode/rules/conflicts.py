"""Scheme conflicts: one reduction is counted once, in whatever scheme (domain.md, Project; Conflict query).

A claim says: this activity at this site is counted from that day to that one, under that reference of that
scheme. Two claims conflict when activity and site are the same and the days overlap. A site is the SHA-256 of
its one spelling (`site_of`): a meter's point number, a land parcel, an installation under its owner's code.
"""

from datetime import date
from hashlib import sha256
from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.rules.errors import conflicts as codes

Scheme: TypeAlias = Literal[
    "here", "ccer", "green_certificate", "green_power", "allowance", "province", "international", "other"
]
"""`here`: a project of this registry. CCER, 绿证, 绿电, the allowance market's free allocation, another
province's 碳普惠, a scheme abroad."""
OutsideScheme: TypeAlias = Literal[
    "ccer", "green_certificate", "green_power", "allowance", "province", "international", "other"
]
SiteKind: TypeAlias = Literal["meter", "parcel", "installation"]

HERE: Final = "here"
CLAIMS_MAX: Final = 1_000
"""Claims that one site may carry."""
COUNTING: Final = frozenset({"registered", "monitoring", "suspended", "closed"})
"""Status of a project here whose claim excludes others: not before it is registered, not after it is struck off."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One activity at one site, counted somewhere."""

    activity: str
    region: str
    site: str
    scheme: Scheme
    reference: str
    """The project here, or the other scheme's own number."""
    first_day: date
    last_day: date
    document: str
    """SHA-256 of what shows it: the other scheme's list, or the project's boundary."""


def site_of(region: str, kind: SiteKind, number: str) -> str:
    """A site's id from what anybody can read off it, in one spelling: upper case, without blanks or hyphens."""
    spelt = "".join(number.split()).replace("-", "").upper()
    return sha256(f"tanhui site v1\n{region}\n{kind}\n{spelt}".encode()).hexdigest()


def overlaps(claim: Claim, first_day: date, last_day: date) -> bool:
    """Whether a claim covers any day from `first_day` to `last_day`, both included."""
    return claim.first_day <= last_day and first_day <= claim.last_day


def require_forwards(first_day: date, last_day: date) -> None:
    """Refuse days in the wrong order.

    Raises:
        Refusal: conflicts.backwards.
    """
    if last_day < first_day:
        raise codes.BACKWARDS.at("last_day", last_day.isoformat(), first_day=first_day.isoformat())


def refuse(claim: Claim) -> Exception:
    """The refusal that names a claim which excludes."""
    return codes.CLAIMED.at(
        "site",
        claim.site,
        activity=claim.activity,
        scheme=claim.scheme,
        reference=claim.reference,
        first_day=claim.first_day.isoformat(),
        last_day=claim.last_day.isoformat(),
    )
