"""Reports: figures as of a day, pages, and files that no spreadsheet runs."""

import csv
import io
import json
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.accounting import Entry
from tanhui.registry_api.database.engine import open_engine
from tanhui.registry_api.documents.fonts import cjk_font
from tanhui.registry_api.ledger import LedgerBlock, LedgerTransaction
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.reports.catalogue import REPORTS
from tanhui.registry_api.reports.forms import notes
from tanhui.registry_api.reports.reading import effects_up_to, start_of
from tanhui.registry_api.reports.report import Row, Wish
from tanhui.registry_api.reports.tables import BYTE_ORDER_MARK, safe_cell
from tanhui.registry_api.wording.catalogue import wording
from tests.support.api import Api, open_api

OWNER, BUYER = "91510100MA6000001R", "91510100MA6000002W"
FIRST = date(2026, 11, 1)


def serials(first: int, last: int) -> dict[str, Any]:
    return {
        "ranges": [{"batch": "b1", "first": str(first), "last": str(last)}],
        "quantity_kg": str(last - first + 1),
    }


def lots(points: int, expires: str = "2027-01-31") -> dict[str, Any]:
    return {"lots": [{"issue": "i", "expires": expires, "points": str(points)}]}


ISSUED = {"kind": "credits.issued", "project": "p", "methodology": "m", "vintage": "2026", "holder": OWNER}
RETIRED = {
    "kind": "retirements.retired",
    "retirement": "r1",
    "holder": BUYER,
    "beneficiary": {"organisation": BUYER},
    "purpose": "event",
    "day": "2026-11-03",
    "reason": "=cmd|' /C calc'!A0",
    "reference": "marathon",
}
EVENT = {
    "kind": "events.changed",
    "event": "marathon",
    "organiser": BUYER,
    "event_kind": "competition",
    "rules": "1",
    "emissions_kg": "20",
    "offset_kg": "10",
}
POINTS = {"programme": "pr", "account": "aa"}
DAYS: list[list[dict[str, Any]]] = [
    [ISSUED | serials(1, 100)],
    [{"kind": "credits.transferred", "sender": OWNER, "receiver": BUYER, "transfer": "t"} | serials(1, 40)],
    [RETIRED | serials(11, 20), EVENT | {"status": "offset"}],
    [{"kind": "credits.cancelled", "holder": OWNER, "reason": "x"} | serials(90, 100)],
    [
        {"kind": "points.issued", "programme_version": "1", "issue": "i", "points": "50", "debt_repaid": "0"}
        | {"expires": "2027-01-31"}
        | POINTS
    ],
    [{"kind": "points.redeemed", "reward": "w", "units": "1"} | lots(20) | POINTS],
    [
        {"kind": "points.reversed", "issue": "i", "points": "40", "debt": "10", "reason": "x"} | POINTS,
        {"kind": "points.issued", "programme_version": "1", "issue": "i", "points": "15", "debt_repaid": "10"}
        | {"expires": "2027-01-31"}
        | POINTS,
    ],
    [
        {"kind": "recognition.credits_locked", "agreement": "ag", "holder": BUYER, "quantity": "5"}
        | {"transfer": "t-1"},
        {"kind": "recognition.credits_finalised", "agreement": "ag", "holder": BUYER, "quantity": "5"}
        | {"transfer": "t-1"}
        | serials(1, 5),
        {"kind": "recognition.credits_locked", "agreement": "ag", "holder": BUYER, "quantity": "2"}
        | {"transfer": "t-2"},
        {"kind": "recognition.aborted", "agreement": "ag", "transfer": "u-1"},
    ],
    [
        {"kind": "recalls.marked", "recall": "c", "holder": BUYER, "state": "retired", "retirement": "r1"}
        | serials(11, 20)
    ],
]
BLOCKS = [
    LedgerBlock(
        number,
        (
            LedgerTransaction(
                f"{number:064x}",
                "f:F",
                b"{}",
                OWNER,
                "p",
                "M",
                start_of(date(2026, 11, number + 1)) + 60,
                json.dumps({"effects": listed}).encode(),
            ),
        ),
    )
    for number, listed in enumerate(DAYS)
]


@pytest.fixture
def store(database_url: str) -> Iterator[ReadStore]:
    opened = ReadStore(open_engine(database_url))
    opened.apply(BLOCKS)
    yield opened
    opened.close()


def rows(store: ReadStore, name: str, wish: Wish | None = None) -> list[Row]:
    wish = wish or Wish()
    with store.engine.connect() as connection:
        return list(REPORTS[name].rows(effects_up_to(connection, wish), wish))


def test_credits_balance_on_every_day(store: ReadStore) -> None:
    assert rows(store, "credit-supply") == [("b1", "p", "m", "2026", 100, 74, 10, 11, 5, 0)]
    for day in range(1, 10):
        (found,) = rows(store, "credit-supply", Wish(as_of=date(2026, 11, day)))
        assert found[-1] == 0, "issued = active + retired + cancelled + exported"
    assert rows(store, "holdings", Wish(as_of=date(2026, 11, 2))) == [(OWNER, "b1", 60), (BUYER, "b1", 40)]
    assert rows(store, "holdings", Wish(of={"organisation": BUYER})) == [(BUYER, "b1", 25)]


def test_points_owed_equal_what_lies_in_lots(store: ReadStore) -> None:
    for day in range(5, 10):
        wish = Wish(as_of=date(2026, 11, day))
        supply = rows(store, "points-liability", wish)
        expiry = rows(store, "points-expiry", wish)
        (one,) = supply
        assert one[-2] == sum(int(row[2]) for row in expiry)
    titles = [column.name for column in REPORTS["points-liability"].columns]
    (last,) = rows(store, "points-liability")
    figures = dict(zip(titles, last, strict=True))
    assert (figures["issued"], figures["redeemed"], figures["reversed"]) == (65, 20, 30)
    assert (figures["repaid"], figures["liability"], figures["debt"]) == (10, 5, 0)


def test_registers(store: ReadStore) -> None:
    (retired,) = rows(store, "retirement-register")
    assert retired[:4] == ("r1", "2026-11-03", BUYER, BUYER)
    assert retired[10] == "recalled"
    assert rows(store, "retirement-register", Wish(as_of=date(2026, 11, 8)))[0][10] == "valid"
    assert rows(store, "retirement-register", Wish(since=date(2026, 11, 4))) == []
    assert rows(store, "retirement-register", Wish(of={"purpose": "office"})) == []
    assert [row[3] for row in rows(store, "event-register")] == ["offset"]
    dossier = rows(store, "event-dossier", Wish(of={"event": "marathon"}))
    assert [row[1] for row in dossier] == ["retirements.retired", "events.changed"]


def test_a_statements_transfers_add_up(store: ReadStore) -> None:
    (found,) = rows(store, "recognition-statement")
    assert found == ("ag", "credits", 0, 7, 2, 5, 0, 2, 0, 0, 1)
    (later,) = rows(store, "recognition-statement", Wish(since=date(2026, 11, 9)))
    assert later[2] == later[7] == 2, "in flight from before"


def test_each_transfer_names_the_transactions_that_prove_it(store: ReadStore) -> None:
    found = rows(store, "recognition-transfers", Wish(of={"agreement": "ag"}))
    block = next(number for number, day in enumerate(DAYS) if "recognition" in day[0]["kind"])
    assert [(*row[:4], row[7]) for row in found] == [
        ("ag", "in", "u-1", 0, "aborted"),
        ("ag", "out", "t-1", 5, "finalised"),
        ("ag", "out", "t-2", 2, "locked"),
    ]
    assert {row[5] for row in found} == {row[6] for row in found} == {BLOCKS[block].transactions[0].id}
    assert rows(store, "recognition-transfers", Wish(of={"agreement": "other"})) == []


@given(st.text(max_size=30))
def test_no_cell_is_a_formula(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert safe_cell(text).endswith(text.replace("\x00", ""))


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path)
    opened.ledger.block_transactions = {block.number: list(block.transactions) for block in BLOCKS}
    opened.ledger.height = height  # type: ignore[method-assign]
    with opened.client:
        while opened.store.position().block < len(BLOCKS) - 1:
            time.sleep(0.01)
        yield opened
    opened.close()


async def height() -> int:
    return len(BLOCKS)


def test_json_by_pages_and_files_whole(api: Api) -> None:
    path = "/v1/reports/retirement-register"
    page = api.client.get(f"{path}?limit=1", headers=api.headers()).json()
    assert page["items"][0]["quantity_kg"] == "10"
    assert (page["after"], page["as_of_block"]) == (None, "8")
    english = api.headers() | {"Accept-Language": "en"}
    text = api.client.get(f"{path}?format=csv", headers=english)
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    body = text.content.decode()
    assert body.startswith(BYTE_ORDER_MARK)
    table = list(csv.reader(io.StringIO(body.removeprefix(BYTE_ORDER_MARK))))
    assert table[0][0] == "Retirement"
    assert table[1][6] == "'=cmd|' /C calc'!A0"
    assert (page["items"][0]["certificate"], table[1][10]) == ("recalled", "Recalled"), (
        "words in a file alone"
    )
    book = api.client.get(f"{path}?format=xlsx", headers=api.headers())
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet, "no formula"
    assert "注销登记簿" in strings
    assert "=cmd|" in strings, "as it was written, as text"
    paper = api.client.get(f"{path}?format=pdf", headers=api.headers())
    if cjk_font() is None:
        assert (paper.status_code, paper.json()["code"]) == (406, "api.no_font")
    else:
        assert paper.content.startswith(b"%PDF-")
        assert len(paper.content) > 2_000


def test_every_report_renders_in_every_form(api: Api) -> None:
    listed = api.client.get("/v1/reports", headers=api.headers()).json()["items"]
    assert len(listed) == len(REPORTS)
    supervisor = api.headers(token=api.regulator_token)
    for one in listed:
        values = {"event": "marathon", "organisation": BUYER, "since": "2026-11-01", "as_of": "2026-11-30"}
        values["programme"] = "pr"
        needs = "".join(f"&{name}={values[name]}" for name in one["needs"])
        for form in ("json", "csv", "xlsx", "pdf"):
            answer = api.client.get(f"/v1/reports/{one['name']}?format={form}{needs}", headers=supervisor)
            allowed = {200} | ({406} if form == "pdf" and cjk_font() is None else set())
            assert answer.status_code in allowed, (one["name"], form, answer.text)


def test_the_accounting_export_is_the_contracts_statement(api: Api) -> None:
    path = f"/v1/reports/accounting-export?organisation={OWNER}"
    whole = api.client.get(f"{path}&since=2026-01-01&as_of=2026-11-30", headers=api.headers()).json()
    assert [(one["side"], one["quantity_kg"]) for one in whole["items"]] == [
        ("opening", "1"),
        ("increases", "5"),
        ("decreases", "2"),
        ("closing", "4"),
    ]
    assert api.client.get(path, headers=api.headers()).json()["field"] == "as_of"
    foreign = f"/v1/reports/accounting-export?organisation={BUYER}&since=2026-01-01&as_of=2026-11-30"
    assert api.client.get(foreign, headers=api.headers()).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404),
        ("holdings", 403),
        (f"holdings?organisation={BUYER}", 403),
        (f"holdings?organisation={OWNER}", 200),
        ("points-liability", 422),
        ("points-liability?programme=pr", 200),
        ("points-liability?programme=theirs", 403),
        ("points-liability?programme=none", 404),
        ("event-dossier", 400),
        ("red-cards?batch=b1", 400),
        ("red-cards?as_of=yesterday", 400),
        ("red-cards?format=doc", 400),
        ("red-cards?limit=501", 400),
        ("retirement-register?foo=bar", 400),
    ],
)
def test_who_may_read_what_and_what_is_no_wish(api: Api, path: str, status: int) -> None:
    assert api.client.get(f"/v1/reports/{path}", headers=api.headers()).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "reports/red-cards?yaer=2026",
        "reports?yaer=",
        "effects?yaer=1",
        "search?q=a&yaer=1",
        "read-model?yaer=1",
    ],
)
def test_a_misspelt_condition_is_refused_by_its_name(api: Api, path: str) -> None:
    answer = api.client.get(f"/v1/{path}", headers=api.headers() | {"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["field"]) == (400, "yaer")
    assert answer.json()["detail"] == "yaer cannot be read: unknown query parameter"


def test_what_stands_beneath_a_reports_title() -> None:
    wish = Wish(date(2026, 11, 30), None, {"purpose": "event"})
    assert notes(wish, 8, "zh") == ("期间：开始 至 2026-11-30", "依据账本截至区块 8", "条件：用途 event")
    assert notes(Wish(), 8, "en")[0] == "Period: from the beginning to now"
    assert notes(Wish(), 8, "en")[2] == "Conditions: none"


def test_every_code_of_the_accounts_has_a_word_in_a_file() -> None:
    for language in ("zh", "en"):
        words = wording(language)
        for entry in Entry:
            assert words.term("entry", entry) != entry
        column = next(one for one in REPORTS["event-dossier"].columns if one.name == "entry")
        assert column.shown("retirements.retired", words) == words.term("kind", "retirements.retired")
        assert column.shown(7, words) == 7
