"""conflicts:AtSite, InArea and OfProject: read by any member of the channel, before and after a registration."""

from datetime import date

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.conflicts import Claim, overlaps, require_forwards
from tanhui.chaincode.transactions.conflicts.record import ProjectSites
from tanhui.chaincode.transactions.conflicts.standing import claims_at, excludes
from tanhui.chaincode.transactions.fields import HexHash, Region, Slug
from tanhui.chaincode.transactions.projects.queries import ProjectQuery
from tanhui.chaincode.transactions.tx import Tx


class SiteQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An activity at a site, and the days in question."""

    site: HexHash
    activity: Slug
    first_day: date
    last_day: date


class AreaQuery(PageOrder, frozen=True, kw_only=True):
    """An activity in a region."""

    activity: Slug
    region: Region


class Conflicts(msgspec.Struct, frozen=True, kw_only=True):
    """Claims that overlap, in the order of scheme and reference; none: nothing stands in the way."""

    claims: tuple[Claim, ...]


class ProjectConflicts(msgspec.Struct, frozen=True, kw_only=True):
    """What a project declared, and every claim that overlaps it and excludes it."""

    declared: ProjectSites
    claims: tuple[Claim, ...]


@query("conflicts:AtSite")
async def at_site(tx: Tx, order: SiteQuery) -> Conflicts:
    """Who counts the same activity at the same site on any of these days, whatever its standing."""
    require_forwards(order.first_day, order.last_day)
    claims = await claims_at(tx, order.site, order.activity)
    return Conflicts(claims=tuple(one for one in claims if overlaps(one, order.first_day, order.last_day)))


@query("conflicts:InArea")
async def in_area(tx: Tx, order: AreaQuery) -> Page[Claim]:
    """Every claim of an activity in a region, by site: neighbours that a verifier may want to look at."""
    return await tx.area_claims.page(order, order.activity, order.region)


@query("conflicts:OfProject")
async def of_project(tx: Tx, order: ProjectQuery) -> ProjectConflicts:
    """What would stand in the way of a project's registration now."""
    declared = await tx.project_sites.get(order.project)
    found: list[Claim] = []
    for site in declared.sites:
        claims = await claims_at(tx, site, declared.activity)
        near = [one for one in claims if overlaps(one, declared.first_day, declared.last_day)]
        found += [one for one in near if await excludes(tx, one, order.project)]
    return ProjectConflicts(declared=declared, claims=tuple(found))
