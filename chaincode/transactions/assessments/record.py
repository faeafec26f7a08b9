"""An organisation's year on the ledger, on its way to a free assessment."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.events import Kilograms

AssessmentStatus: TypeAlias = Literal["stated", "attested", "granted", "assigned"]
Year = Annotated[int, msgspec.Meta(ge=2000, le=9998)]


class NeutralYear(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation emitted in a year, and what it retired for it. Kilograms CO2e."""

    organisation: str
    year: int
    emissions_kg: Kilograms
    report: str
    status: AssessmentStatus
    verifier: str = ""
    """Who attested the emissions."""
    retirements: tuple[str, ...] = ()
    subscribed_kg: Kilograms = 0
    rules: int = 0
    """The version of the event rules whose threshold was met."""
    assessor: str = ""
    """Who makes the free assessment."""


NEUTRAL_YEAR: Final = KeyType("neutral_year", ("organisation", "year"), JsonCodec(NeutralYear))
