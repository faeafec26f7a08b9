"""budgets:Get, Readings, RedCards, AuditDue and Benchmark."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import PAGE_SIZE_MAX, Page, PageOrder
from tanhui.chaincode.rules.energy import audit_due, ranks
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.transactions.budgets.record import (
    EnergyBudget,
    InstitutionYear,
    MeterMonth,
    RedCard,
    Standing,
    Year,
    year_key,
)
from tanhui.chaincode.transactions.fields import OrganisationId, Slug
from tanhui.chaincode.transactions.tx import Tx


class InstitutionYearQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose year."""

    institution: OrganisationId
    year: Year


class ReadingsQuery(PageOrder, frozen=True, kw_only=True):
    """Meter months of an institution's year."""

    institution: OrganisationId
    year: Year


class BenchmarkQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A class and grade in a year."""

    year: Year
    sort: Slug
    grade: Slug


class BudgetYear(msgspec.Struct, frozen=True, kw_only=True):
    """A year's budget, what the institution is, and its red card if it was shown one."""

    budget: EnergyBudget
    about: InstitutionYear
    red_card: RedCard | None


class AuditAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an energy audit is due, and by which figures."""

    due: bool
    standing: Standing


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """An institution among its peers: 1 uses least."""

    standing: Standing
    rank_per_m2: int
    rank_per_person: int


class Benchmark(msgspec.Struct, frozen=True, kw_only=True):
    """Every reckoned institution of a class and grade, in the order of their ids."""

    items: tuple[Ranked, ...]


@query("budgets:Get")
async def get(tx: Tx, order: InstitutionYearQuery) -> BudgetYear:
    """One institution's year."""
    at = (order.institution, year_key(order.year))
    return BudgetYear(
        budget=await tx.energy_budgets.get(*at),
        about=await tx.institution_years.get(*at),
        red_card=await tx.red_cards.find(*at),
    )


@query("budgets:Readings")
async def readings(tx: Tx, order: ReadingsQuery) -> Page[MeterMonth]:
    """Every reading of a year, by meter and month, those that do not count included."""
    return await tx.meter_months.page(order, order.institution, year_key(order.year))


@query("budgets:RedCards")
async def red_cards(tx: Tx, order: PageOrder) -> Page[RedCard]:
    """Every red card, cleared ones included."""
    return await tx.red_cards.page(order)


@query("budgets:AuditDue")
async def audit(tx: Tx, order: InstitutionYearQuery) -> AuditAnswer:
    """Whether 300 tce or 5,000 m² make an energy audit due (Shanghai 二(四))."""
    year = year_key(order.year)
    about = await tx.institution_years.get(order.institution, year)
    found = await tx.standings.find(year, about.sort, about.grade, order.institution)
    standing = found or Standing(
        institution=order.institution,
        energy_gce=(await tx.energy_budgets.get(order.institution, year)).drawn_gce,
        carbon_g=(await tx.energy_budgets.get(order.institution, year)).drawn_g,
        floor_m2=about.floor_m2,
        headcount=about.headcount,
    )
    return AuditAnswer(due=audit_due(standing.energy_gce, about.floor_m2), standing=standing)


@query("budgets:Benchmark")
async def benchmark(tx: Tx, order: BenchmarkQuery) -> Benchmark:
    """分类、分档、排位: ranks by energy per m² and per person, among those reckoned.

    Raises:
        Refusal: budgets.peers_many, past 500 institutions in one class and grade.
    """
    page = await tx.standings.page(
        PageOrder(page_size=PAGE_SIZE_MAX), year_key(order.year), order.sort, order.grade
    )
    if page.bookmark:
        raise codes.PEERS_MANY.at("grade", order.grade, limit=PAGE_SIZE_MAX)
    per_m2 = ranks([(one.energy_gce, one.floor_m2) for one in page.items])
    per_person = ranks([(one.energy_gce, one.headcount) for one in page.items])
    return Benchmark(
        items=tuple(
            Ranked(standing=one, rank_per_m2=area, rank_per_person=person)
            for one, area, person in zip(page.items, per_m2, per_person, strict=True)
        )
    )
