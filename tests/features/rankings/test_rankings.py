"""Binds rankings.feature."""

from collections import Counter
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from tanhui.chaincode.rules.rankings import ranked
from tanhui.chaincode.transactions.rankings import queries
from tests.support import activities, methodologies
from tests.support.registry_world import World

scenarios("rankings.feature")

ORDER = {"programme": "tianfu", "first_day": "2026-01-01", "last_day": "2026-12-31"}
UNITS = {"alpha": ("510104", ("A", "B")), "beta": ("510107", ("C",))}


@given('accounts A, B of unit "alpha" in "510104" and C of unit "beta" in "510107"')
def _units(world: World) -> None:
    activities.prepare(world, formula=methodologies.distance_formula(10_000, 10_000))
    for unit, (region, members) in UNITS.items():
        world.organisation(unit, "public_institution", person=unit.title(), region=region)
        account = activities.account_id(unit)
        world.names[f"{unit}-account"] = account
        own = {"account": account, "holder": "unit", "organisation": world.names[unit], "unit": ""}
        world.done("Ouyang", "accounts:Open", programme="tianfu", accounts=[own])
        people = [
            {"account": activities.account_id(one), "holder": "person", "organisation": "", "unit": account}
            for one in members
        ]
        world.done("Ouyang", "accounts:Open", programme="tianfu", accounts=people)
        world.names |= {one: activities.account_id(one) for one in members}


@given(parsers.parse('batch "{batch}" credits {a:d} g to A, {b:d} g to B and {c:d} g to C on {day}'))
def _batch(world: World, batch: str, a: int, b: int, c: int, day: str) -> None:
    moment = activities.moment(day, "07:00")
    claims = [activities.claim(name, moment, grams) for name, grams in (("A", a), ("B", b), ("C", c))]
    assert activities.record(world, *claims, batch=batch).refusal is None


@when(parsers.parse('the pages of one batch each are added up by "{by}"'), target_fixture="added")
def _pages(world: World, by: str) -> list[dict[str, Any]]:
    points: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    bookmark, pages = "", 0
    while True:
        tally = world.ask("Rui", "rankings:Tally", **ORDER, by=by, batches=1, bookmark=bookmark)
        pages += 1
        for row in tally["rows"]:
            points[row["id"]] += int(row["points"])
            grams[row["id"]] += int(row["grams"])
        bookmark = tally["bookmark"]
        if not bookmark:
            break
    assert pages >= 2
    return [
        {"rank": row.rank, "id": row.id, "points": str(row.points), "grams": str(row.grams)}
        for row in ranked(points, grams)
    ]


@then(parsers.parse('they are the rows of the board by "{by}"'))
def _same(world: World, added: list[dict[str, Any]], by: str) -> None:
    assert world.ask("Rui", "rankings:Board", **ORDER, by=by)["rows"] == added


def test_a_board_reads_a_bounded_number_of_records(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _units(world)
    _batch(world, "b-1", 1, 2, 3, "2026-11-20")
    monkeypatch.setattr(queries, "RECORDS_READ_MAX", 2)
    with pytest.raises(AssertionError, match=r"rankings\.records_many"):
        world.ask("Rui", "rankings:Board", **ORDER, by="account")


def test_a_unit_that_is_not_registered_here_counts_where_its_code_says(world: World) -> None:
    activities.prepare(world, formula=methodologies.distance_formula(10_000, 10_000))
    unit = activities.account_id("library")
    opened: dict[str, Any] = {
        "account": unit,
        "holder": "unit",
        "organisation": "11370000MB28000016",
        "unit": "",
    }
    world.done("Ouyang", "accounts:Open", programme="tianfu", accounts=[opened])
    member = {"account": activities.account_id("A"), "holder": "person", "organisation": "", "unit": unit}
    world.done("Ouyang", "accounts:Open", programme="tianfu", accounts=[member])
    claim = activities.claim("A", activities.moment("2026-11-20", "07:00"), 40_000)
    assert activities.record(world, claim, batch="b-1").refusal is None
    assert [row["id"] for row in world.ask("Rui", "rankings:Board", **ORDER, by="district")["rows"]] == [
        "370000"
    ]
