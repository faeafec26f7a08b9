"""Claims that stand at a site, and the refusal of a period that one of them covers already."""

from datetime import date

from tanhui.chaincode.contract.keys import prefix_range
from tanhui.chaincode.rules.conflicts import CLAIMS_MAX, COUNTING, HERE, Claim, overlaps, refuse
from tanhui.chaincode.rules.errors import conflicts as codes
from tanhui.chaincode.transactions.conflicts.record import SITE_CLAIM
from tanhui.chaincode.transactions.projects.record import Project
from tanhui.chaincode.transactions.tx import Tx


def put_claim(tx: Tx, claim: Claim) -> None:
    """Write a claim under both of its keys."""
    tx.site_claims.put(claim, claim.site, claim.activity, claim.scheme, claim.reference)
    tx.area_claims.put(claim, claim.activity, claim.region, claim.site, claim.scheme, claim.reference)


def drop_claim(tx: Tx, claim: Claim) -> None:
    """Take a claim from both of its keys; the chain keeps what stood there."""
    tx.site_claims.delete(claim.site, claim.activity, claim.scheme, claim.reference)
    tx.area_claims.delete(claim.activity, claim.region, claim.site, claim.scheme, claim.reference)


async def claims_at(tx: Tx, site: str, activity: str) -> list[Claim]:
    """Claims of one activity at one site, read as a range: one that comes meanwhile invalidates the reader.

    Raises:
        Refusal: conflicts.claims_many.
    """
    entries = await tx.unit.range(*prefix_range(SITE_CLAIM.name, (site, activity)))
    if len(entries) > CLAIMS_MAX:
        raise codes.CLAIMS_MANY.at("site", site, limit=CLAIMS_MAX)
    return [SITE_CLAIM.codec.decode(entry.value) for entry in entries]


async def excludes(tx: Tx, claim: Claim, project: str) -> bool:
    """Whether a claim stands in another project's way: an outside one always, a project's while it counts."""
    if claim.scheme != HERE:
        return True
    if claim.reference == project:
        return False
    other = await tx.projects.find(claim.reference)
    return other is not None and other.status in COUNTING


async def require_unclaimed(tx: Tx, project: Project, first_day: date, last_day: date) -> None:
    """Refuse a period in which another project or scheme counts the same activity at one of the project's sites.

    A project that declared no sites has nothing to compare.

    Raises:
        Refusal: conflicts.claimed.
    """
    declared = await tx.project_sites.find(project.id)
    if declared is None:
        return
    for site in declared.sites:
        for claim in await claims_at(tx, site, declared.activity):
            if overlaps(claim, first_day, last_day) and await excludes(tx, claim, project.id):
                raise refuse(claim)
