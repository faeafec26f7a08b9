"""Claims on the ledger: under their site, to exclude, and under their activity and region, to be found.

The second key holds the claim once more, because both are written together and never changed.
"""

from datetime import date
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.conflicts import Claim

SITES_MAX: Final = 200
"""Sites of one project, and of one order."""

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$(?!\n)", max_length=64)]
"""A number of another scheme, without blanks."""


class ProjectSites(msgspec.Struct, frozen=True, kw_only=True):
    """What a project declared: its activity, its sites, and the days for which it counts them."""

    activity: str
    sites: tuple[str, ...]
    first_day: date
    last_day: date


AREA_CLAIM: Final = KeyType(
    "area_claim", ("activity", "region", "site", "scheme", "reference"), JsonCodec(Claim)
)
PROJECT_SITES: Final = KeyType("project_sites", ("project",), JsonCodec(ProjectSites))
SITE_CLAIM: Final = KeyType("site_claim", ("site", "activity", "scheme", "reference"), JsonCodec(Claim))
