"""budgets:Reckon."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.energy import converted, counting, crossed
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_BUDGET as MACHINE
from tanhui.chaincode.transactions.budgets.record import (
    MONTHS,
    EnergyBudget,
    EnergyFactor,
    MeterMonth,
    Standing,
    Year,
    factor_key,
    month_key,
    year_key,
)
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetAlerted, BudgetReckoned


class ReckonOrder(Order, frozen=True, kw_only=True):
    """Whose year."""

    institution: OrganisationId
    year: Year


@transaction("budgets:Reckon", roles={Role.REGULATOR, Role.PUBLIC_INSTITUTION, Role.DATA_SOURCE})
async def reckon(tx: Tx, order: ReckonOrder) -> tuple[BudgetReckoned | BudgetAlerted, ...]:
    """Draw a budget down by the readings that count, and alert at each threshold that use reached.

    It computes from the readings alone, so that whoever calls it, and how often, makes no difference.
    """
    year = year_key(order.year)
    budget = await tx.energy_budgets.get(order.institution, year)
    MACHINE.require_in(budget.status, "in_force", "adjusted")
    energy, carbon, unsettled = await reckoned(tx, order.institution, year)
    now = msgspec.structs.replace(
        budget, drawn_gce=Amount(energy), drawn_g=Amount(carbon), unsettled=unsettled
    )
    tx.energy_budgets.put(now, order.institution, year)
    about = await tx.institution_years.get(order.institution, year)
    standing = Standing(
        institution=order.institution,
        energy_gce=now.drawn_gce,
        carbon_g=now.drawn_g,
        floor_m2=about.floor_m2,
        headcount=about.headcount,
    )
    tx.standings.put(standing, year, about.sort, about.grade, order.institution)
    done = BudgetReckoned(
        institution=order.institution,
        year=year,
        energy_gce=energy,
        carbon_g=carbon,
        unsettled=unsettled,
    )
    return done, *_alerts(budget, now)


async def reckoned(tx: Tx, institution: str, year: str) -> tuple[int, int, int]:
    """Grams of coal equivalent, grams of CO2, and meter months that are not settled."""
    meters = (await tx.meter_lists.get(institution)).meters
    months = tuple(month_key(month) for month in MONTHS)
    await tx.load(
        *(tx.meter_months.at(institution, year, one.id, month) for one in meters for month in months)
    )
    read: list[MeterMonth] = []
    for meter in meters:
        found = await tx.meter_months.find_all(*months, under=(institution, year, meter.id))
        read += [one for one in found if one is not None]
    energy, carbon = await drawn_by(tx, read)
    return energy, carbon, sum(not counting_in(one)[1] for one in read)


async def drawn_by(tx: Tx, read: Sequence[MeterMonth]) -> tuple[int, int]:
    """Grams of coal equivalent and of CO2 in the readings that count, each factor's sum converted once."""
    sums: Counter[tuple[str, int]] = Counter()
    for one in read:
        reading = one.readings[counting_in(one)[0]]
        sums[one.carrier, reading.factor] += reading.quantity
    factors: dict[str, EnergyFactor] = {}
    for carrier, version in sorted(sums):
        factors[f"{carrier}:{version}"] = await tx.energy_factors.get(carrier, factor_key(version))
    totals = {f"{carrier}:{version}": total for (carrier, version), total in sums.items()}
    energy = converted(totals, {name: one.gce for name, one in factors.items()})
    carbon = converted(totals, {name: one.gco2 for name, one in factors.items()})
    return energy, carbon


def counting_in(found: MeterMonth) -> tuple[int, bool]:
    """Which reading of a meter's month counts, and whether that is settled."""
    decided = None if found.decided is None else found.decided - 1
    # Readings by different factors do not compare in their unit alone: equal numbers may differ in grams.
    alike = len({one.factor for one in found.readings}) == 1
    at, settled = counting([one.quantity for one in found.readings], decided)
    return at, settled and (alike or decided is not None)


def _alerts(before: EnergyBudget, now: EnergyBudget) -> tuple[BudgetAlerted, ...]:
    year = year_key(now.year)
    energy = crossed(now.energy_gce, before.drawn_gce, now.drawn_gce, now.thresholds)
    carbon = crossed(now.carbon_g, before.drawn_g, now.drawn_g, now.thresholds)
    return (
        *(BudgetAlerted(now.institution, year, "energy", one) for one in energy),
        *(BudgetAlerted(now.institution, year, "carbon", one) for one in carbon),
    )
