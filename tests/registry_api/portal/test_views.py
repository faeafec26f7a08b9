"""What pages make of the ledger's answers: pure functions, without a server."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.registry_api.portal.archive import Happened
from tanhui.registry_api.portal.desk.recognition import waiting
from tanhui.registry_api.portal.pages.events import dossier
from tanhui.registry_api.portal.pages.find import address_of, subject_of
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.portal.pages.methodologies import expression, formula_view
from tanhui.registry_api.portal.pages.named import NAMED_MAX, Named, matching, only_page
from tanhui.registry_api.portal.pages.programmes import rules_view
from tanhui.registry_api.portal.pages.projects import supply
from tanhui.registry_api.portal.pages.recalls import standing
from tanhui.registry_api.portal.pages.recognition import Agreed, lines_of
from tanhui.registry_api.portal.pages.retirements import PAGE, Filter, filter_of, register
from tanhui.registry_api.portal.pages.serials import life, serial_in
from tanhui.registry_api.portal.site import page_environment
from tanhui.registry_api.regions import region_name
from tanhui.registry_api.wording.catalogue import wording


def happened(number: int, kind: str, **effect: Any) -> Happened:
    return Happened(number, number, f"{number:064x}", 0, kind, None, effect)


def test_a_batch_adds_up() -> None:
    ranges: list[dict[str, Any]] = [
        {"first": "1", "last": "40", "state": "retired", "holds": []},
        {"first": "41", "last": "100", "state": "active", "holds": [{"kind": "lien", "reference": "p"}]},
    ]
    found = supply(100, ranges)
    assert found.by_state == [("active", 60, "60.0 %"), ("retired", 40, "40.0 %")]
    assert found.held == 60
    assert found.balanced
    assert not supply(101, ranges).balanced


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("b-1:7", ("b-1", 7)), ("b-1 1,234", ("b-1", 1_234)), ("b-1/12-40", ("b-1", 12)), ("b-1", None),
        ("a b c", None), ("b-1 x", None), ("b-1 " + "9" * 17, None), ("", None),
    ],
)  # fmt: skip
def test_what_people_type_for_a_serial(typed: str, found: tuple[str, int] | None) -> None:
    assert serial_in(typed) == found


def test_a_serials_life() -> None:
    stations = [
        happened(1, "credits.issued", holder="owner"),
        happened(2, "credits.held", hold="offer", reference="o", holder="owner"),
        happened(3, "credits.released", hold="offer", reference="o", holder="owner"),
        happened(4, "credits.transferred", sender="owner", receiver="buyer"),
        happened(5, "retirements.retired", holder="buyer"),
    ]
    assert (life("b", 1, stations[:2]).holds, life("b", 1, stations[:2]).state) == (("offer",), "active")
    found = life("b", 1, stations)
    assert (found.state, found.holder, found.holds) == ("retired", "buyer", ())
    assert found.certificate == stations[4].reference
    assert life("b", 1, stations[:4]).certificate == ""
    # An offer that was accepted ends with the transfer, without a release of its own.
    assert life("b", 1, [stations[0], stations[1], stations[3]]).holds == ()


def test_names_and_ids_of_the_registers_are_found() -> None:
    known = [
        Named("project", "office-roofs", "Office roofs, Jinan", "/projects/office-roofs"),
        Named("methodology", "roofs", "屋顶光伏", "/methodologies/roofs"),
        Named("organisation", "91370100MA3XYZ123X", "济南屋顶公司", "/find?q=91370100MA3XYZ123X"),
    ]
    assert [one.id for one in matching("ROOFS", known)] == ["roofs", "office-roofs"], "the very id first"
    assert [one.id for one in matching("屋顶", known)] == ["roofs", "91370100MA3XYZ123X"], "a beginning first"
    assert matching("x" * 200, known) == []
    assert only_page("roofs", known) == "/methodologies/roofs"
    assert only_page("91370100MA3XYZ123X", known) == ""
    assert only_page("roofs", [*known, Named("event", "roofs", "", "/events/roofs")]) == "", "several"
    many = [Named("project", f"p-{at}", "", "") for at in range(NAMED_MAX * 2)]
    assert len(matching("p-", many)) == NAMED_MAX


def test_a_certificate_says_when_it_was_recalled() -> None:
    assert standing(None).state == "valid"
    answer = {
        "says": "recalled_and_replaced",
        "recalled": "10",
        "replaced": "10",
        "replacement": [{"batch": "b"}],
    }
    found = standing(answer)
    assert (found.state, found.recalled, found.replaced) == ("recalled_and_replaced", 10, 10)
    assert found.replacement == ({"batch": "b"},)


@given(st.dictionaries(st.sampled_from(["q", "purpose", "since", "until", "before"]), st.text(max_size=300)))
def test_no_query_string_breaks_the_register(query: dict[str, str]) -> None:
    asked = filter_of(query)
    assert len(asked.q) <= 120
    assert asked.before >= 0
    assert asked.wanted(26).limit == 26
    assert asked.address().startswith("/retirements")


def test_the_registers_pages() -> None:
    asked = filter_of(
        {"q": " 会议 ", "purpose": "event", "since": "2026-01-01", "until": "soon", "before": "x"}
    )
    assert asked == Filter(q="会议", purpose="event", since="2026-01-01", unread=("soon",))
    assert filter_of({"since": "2026-02-30"}).unread == ("2026-02-30",)
    rows = [happened(100 - at, "retirements.retired") for at in range(PAGE + 1)]
    full = register(rows, 90, asked)
    assert len(full.rows) == PAGE
    assert f"before={rows[PAGE - 1].number}" in full.older
    assert "purpose=event" in full.older
    assert register(rows[:PAGE], 25, asked).older == ""


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "", "/a\nb"]
)
def test_choosing_a_language_leads_nowhere_else(to: str) -> None:
    assert own_address(to) == "/"


def test_choosing_a_language_leads_back() -> None:
    assert own_address("/retirements?q=会议&before=3") == "/retirements?q=会议&before=3"


def test_a_formula_is_readable() -> None:
    text = (
        '{"factors":{"saved":{"date":"2024-08-01","denominator":"100","numerator":"5","source":"s","unit":"g/m"}},'
        '"grams":{"scale":[{"input":"distance"},"saved"]},'
        '"inputs":[{"high":"5000","low":"800","name":"distance","unit":"m"}],"tables":{},"v":"1",'
        '"vectors":[{"grams":"40","inputs":["800"]}]}'
    )
    found = formula_view(text)
    assert found.grams == "(distance × saved)"
    assert found.vectors == [("distance = 800", "40")]
    assert found.factors[0].value == "5/100"
    assert expression({"max": [{"constant": "0"}, {"subtract": [{"input": "a"}, {"input": "b"}]}]}) == (
        "max(0, (a − b))"
    )


def test_rules_in_words() -> None:
    rules = {
        "scenes": [
            {"scene": "walk", "award": "per_gram", "numerator": 1, "denominator": 10},
            {"scene": "welcome", "award": "flat", "points": 100},
        ],
        "expiry": {"kind": "year_end", "after": 2},
        "transfer": {"kind": "team", "cap": 1_000},
    }
    found = rules_view(3, rules, wording("en"))
    assert [one.award for one in found.scenes] == ["1 points for every 10 g reduced", "100 points each time"]
    assert found.expiry == "at the end of year 2 after issue"
    assert found.transfer == "within one unit, at most 1,000 points at a time"


def test_a_dossiers_sums_and_stages() -> None:
    event = {
        "status": "accounted",
        "lines": [{"category": "a", "kg": 700}, {"category": "b", "kg": 300}],
        "offsets": [{"kind": "credit", "reference": "r", "kg": 250}],
    }
    found = dossier(event)
    assert (found.emissions, found.offset, found.missing, found.permille) == (1_000, 250, 750, 250)
    assert [how for _, how in found.stages] == ["done", "done", "done", "now", "", ""]
    cancelled = dossier({"status": "cancelled", "lines": [], "offsets": []})
    assert cancelled.permille == 0
    assert cancelled.stages[0] == ("planned", "now")


def test_what_is_found_leads_to_its_page() -> None:
    assert address_of("retirements.retired", {"retirement": "r"}, "ab.0") == "/certificates/ab.0"
    assert address_of("projects.status_changed", {"project": "p"}, "") == "/projects/p"
    assert address_of("organisations.registered", {"organisation": "o"}, "") == ""
    assert subject_of({"organisation": "o"}) == "o"
    assert subject_of({}) == ""


def test_regions() -> None:
    assert region_name("370000", "zh") == "山东省"
    assert region_name("510104", "en") == "Sichuan 510104"
    assert region_name("100000", "en") == "Nationwide"
    assert region_name("990000", "zh") == "990000"
    assert region_name("四川省（示例）", "en") == "四川省（示例）", "a region that bears a name and no code"
    assert region_name("11th", "en") == "11th"


TERMS: dict[str, Any] = {
    "agreement": "lu-chuan", "version": 2, "lane": "points", "direction": "both", "methodologies": ["walk@1"],
    "vintage_since": 2025, "numerator": 3, "denominator": 2, "first_day": "2026-01-01", "last_day": "2028-12-31",
    "settlement": "month", "settlement_day": 10, "lock_hours": 72, "uses": ["redemption"], "identity": [],
    "caps": {"per_transfer": "1000", "per_person": "0", "per_day": "0", "per_year": "0", "total": "9", "shards": 1},
    "arbiter": {"threshold": 2, "keys": ["a", "b", "c"]},
    "parties": [
        {"region": "370000", "name": "山东", "programme": "tanxiaohui", "genesis": "ab" * 32, "origin": "lu.example"},
        {"region": "510000", "name": "四川", "programme": "tianfu", "genesis": "cd" * 32, "origin": "chuan.example"},
    ],
}  # fmt: skip
AGREEMENT: dict[str, Any] = {
    "id": "lu-chuan",
    "own": 0,
    "status": "in_force",
    "terms": "ab",
    "proposed_terms": "ab",
}
STATEMENT: dict[str, Any] = {
    "period": "2026-10", "source": 0, "opening": "5", "out": "10", "minted": "9", "aborted": "2", "closing": "4",
    "cosigned": True,
}  # fmt: skip


def test_an_agreement_in_words_and_sums() -> None:
    found = Agreed(
        AGREEMENT, TERMS, lines_of(TERMS, [STATEMENT, STATEMENT | {"closing": "5", "period": "2026-11"}])
    )
    assert found.partner is not None
    assert found.partner["name"] == "四川"
    assert found.caps == [("per_transfer", "1,000"), ("total", "9")]
    assert [line.balanced for line in found.lines] == [False, True]
    assert found.lines[0].source == "370000"
    assert Agreed(AGREEMENT, None).partner is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_recognition_render(language: Any) -> None:
    environment = page_environment()
    environment.globals |= {"asset": str, "region": region_name, "has_hub": True}
    found = Agreed(AGREEMENT, TERMS, lines_of(TERMS, [STATEMENT]))
    words = wording(language)
    shared = {
        "t": words, "term": words.term, "language": language, "path": "/recognition", "address": "/recognition",
        "session": None, "as_of": 7,
    }  # fmt: skip
    page = environment.get_template("agreement.html").render(view=found, **shared)
    assert "四川" in page
    assert words("recognition.cosigned") in page
    assert words("recognition.unbalanced") not in page
    listed = environment.get_template("agreements.html").render(
        items=[found, Agreed(AGREEMENT, None)], **shared
    )
    assert "3 : 2" in listed


def test_a_transfer_past_its_deadline_is_late() -> None:
    transfer = {"transfer": "t-1", "seconds": 10, "deadline": 20}
    assert not waiting("a", transfer, 20).late
    found = waiting("a", transfer, 21)
    assert found.late
    assert found.steps[0][0] == "recognition:Finalise"
    assert "transfers=t-1" in found.steps[0][1]
