"""The rankings as reports: the contract's pages added up, names told, shared ranks, nobody's account but a unit's."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanhui.registry_api.problems import LedgerRefusal, Problem
from tanhui.registry_api.reports.asking import answered
from tanhui.registry_api.reports.rankings import DISTRICTS, UNITS
from tanhui.registry_api.reports.report import Row, Wish
from tests.support.api import Api, MemoryLedger, open_api

FIRST, SECOND, THIRD = (f"{digit}" * 32 for digit in "abc")
LIBRARY, OFFICE = "11370000MB28000016", "11370000MB2800009Y"
UNIT_OF = {FIRST: LIBRARY, SECOND: OFFICE, THIRD: LIBRARY}
PAGES: dict[str, list[dict[str, Any]]] = {
    "unit": [
        {
            "rows": [
                {"id": FIRST, "points": "30", "grams": "300"},
                {"id": SECOND, "points": "50", "grams": "500"},
            ]
        },
        {
            "rows": [
                {"id": FIRST, "points": "20", "grams": "200"},
                {"id": THIRD, "points": "9", "grams": "95"},
            ]
        },
    ],
    "district": [
        {"rows": [{"id": "370000", "points": "60", "grams": "600"}]},
        {"rows": [{"id": "370102", "points": "49", "grams": "495"}]},
    ],
}


class RankingLedger(MemoryLedger):
    """Two pages of sums; one of the units' organisations is not registered."""

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        order = json.loads(argument)
        if function == "rankings:Tally":
            self.asked.append(order)
            at = int(order["bookmark"] or 0)
            page = PAGES[order["by"]][at]
            return json.dumps({**page, "records": 4, "bookmark": "1" if at == 0 else ""}).encode()
        if function == "accounts:Get":
            return json.dumps({"organisation": UNIT_OF[order["account"]]}).encode()
        if function == "organisations:Get":
            if order["organisation"] != LIBRARY:
                raise LedgerRefusal("contract.record_absent", "organisation", order["organisation"], {})
            return json.dumps({"id": LIBRARY, "name": "=省图书馆"}).encode()
        return await super().evaluate(function, argument, identity)

    asked: list[dict[str, Any]]


def ranking_ledger() -> RankingLedger:
    ledger = RankingLedger()
    ledger.asked = []
    return ledger


def rows_of(report: Any, wish: Wish, ledger: MemoryLedger, **more: Any) -> list[Row]:
    done = asyncio.run(answered(report, wish, ledger, "regulator", **more))
    return list(report.rows(lambda kinds: iter(()), done))


def test_pages_add_up_and_equal_points_share_a_rank() -> None:
    ledger = ranking_ledger()
    told: list[tuple[int, int]] = []
    wish = Wish(date(2026, 11, 30), date(2026, 11, 1), {"programme": "pr"})
    assert rows_of(UNITS, wish, ledger, told=lambda done, more: told.append((done, more))) == [
        (1, LIBRARY, "=省图书馆", FIRST, 50, 500),
        (1, OFFICE, "", SECOND, 50, 500),
        (3, LIBRARY, "=省图书馆", THIRD, 9, 95),
    ]
    assert {(one["first_day"], one["last_day"], one["by"]) for one in ledger.asked} == {
        ("2026-11-01", "2026-11-30", "unit")
    }
    assert sum(done for done, _ in told) == sum(more for _, more in told) == 11, "8 records and 3 names"


def test_districts_are_named_in_the_readers_language() -> None:
    wish = Wish(of={"programme": "pr"})
    assert rows_of(DISTRICTS, wish, ranking_ledger())[0] == (1, "370000", "山东省", 60, 600)
    english = Wish(of={"programme": "pr"}, language="en")
    assert [row[2] for row in rows_of(DISTRICTS, english, ranking_ledger())] == [
        "Shandong",
        "Shandong 370102",
    ]


def test_what_takes_too_long_is_left_to_a_job() -> None:
    clock = iter(range(1_000))
    with pytest.raises(Problem) as refused:
        rows_of(
            UNITS,
            Wish(of={"programme": "pr"}),
            ranking_ledger(),
            seconds_max=2,
            now=lambda: float(next(clock)),
        )
    assert refused.value.code.name == "api.report_long"


def test_a_programme_that_nobody_knows_is_refused() -> None:
    with pytest.raises(LedgerRefusal, match="record_absent"):
        rows_of(UNITS, Wish(of={"programme": "none"}), ranking_ledger())


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path, ledger=ranking_ledger())
    with opened.client:
        yield opened
    opened.close()


def test_every_key_reads_it_and_no_cell_is_a_formula(api: Api) -> None:
    path = "/v1/reports/unit-ranking?programme=pr"
    for token in (api.token, api.other_token):
        items = api.client.get(path, headers=api.headers(token=token)).json()["items"]
        assert [(one["rank"], one["points"]) for one in items] == [("1", "50"), ("1", "50"), ("3", "9")]
    text = api.client.get(f"{path}&format=csv", headers=api.headers()).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][2] == "'=省图书馆"
    needed = api.client.get("/v1/reports/unit-ranking", headers=api.headers())
    assert (needed.status_code, needed.json()["field"]) == (400, "programme")


def test_it_is_public_as_a_file(api: Api) -> None:
    page = api.client.get("/downloads/district-ranking.csv?programme=pr&since=2026-11-01&as_of=2026-11-30")
    assert page.status_code == 200
    assert "山东省" in page.content.decode("utf-8-sig")
    assert api.ledger.asked[-1]["first_day"] == "2026-11-01"  # type: ignore[attr-defined]
    book = api.client.get("/downloads/unit-ranking.xlsx?programme=pr")
    assert book.content.startswith(b"PK")
    for wrong, status in (("unit-ranking.csv", 404), ("unit-ranking.csv?programme=none", 404)):
        assert api.client.get(f"/downloads/{wrong}").status_code == status
