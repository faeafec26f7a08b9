"""The desk without a ledger: proposals, holds, uploads, the leaderboard's sums."""

import asyncio
import json
from typing import Any, cast

import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st

from tanhui.registry_api.contract_metadata import FunctionMetadata
from tanhui.registry_api.portal.api_calls import ApiCalls, ApiRefusal, Signed
from tanhui.registry_api.portal.board import ranked, sums_of
from tanhui.registry_api.portal.desk.approvals import ids_in, request_days, waiting
from tanhui.registry_api.portal.desk.common import Desk, new_key
from tanhui.registry_api.portal.desk.dossiers import row
from tanhui.registry_api.portal.desk.holdings import links
from tanhui.registry_api.portal.desk.holds import frozen_accounts, standing
from tanhui.registry_api.portal.desk.intake import _outcomes, media_of, rejected_in
from tanhui.registry_api.portal.desk.overview import tasks
from tanhui.registry_api.portal.desk.red_cards import steps
from tanhui.registry_api.portal.pages.rankings import leaderboard, period_of
from tests.registry_api.portal.test_views import happened


def test_calls_of_the_api_carry_key_language_and_address() -> None:
    app = FastAPI()

    @app.post("/v1/things/{thing}")
    async def write(thing: str, request: Request) -> dict[str, Any]:
        assert request.client is not None
        return {
            "thing": thing, "query": dict(request.query_params), "body": (await request.body()).decode(),
            "key": request.headers["idempotency-key"], "by": request.headers["authorization"],
            "language": request.headers["accept-language"], "from": request.client.host,
        }  # fmt: skip

    api = ApiCalls(app)
    signed = Signed("thk_x", "zh", ("192.0.2.7", 9))
    found = asyncio.run(api.post(signed, "/v1/things/a%20b", "20261121-k", {"名": "值"}))
    assert found["thing"] == "a b"
    assert found["by"] == "Bearer thk_x"
    assert (found["key"], found["language"], found["from"]) == ("20261121-k", "zh", "192.0.2.7")
    assert json.loads(found["body"]) == {"名": "值"}
    with pytest.raises(ApiRefusal) as refused:
        asyncio.run(api.get(signed, "/v1/nowhere"))
    assert refused.value.problem["detail"] == "Not Found"


def test_request_ids_bear_the_day_in_china() -> None:
    assert new_key(1_795_276_800).startswith("20261122-portal-")
    assert new_key() != new_key()
    assert request_days(1_795_276_800, 3) == ["20261122", "20261121", "20261120"]


def test_a_proposal_is_shown_whole_and_ones_own_is_marked() -> None:
    proposal = {
        "id": "ab", "function": "programmes:PutInForce", "proposed_by_organisation": "o",
        "proposed_by_person": "p-1", "argument": '{"programme":"x","rules":{"a":1},"request_id":"r","version":2}',
    }  # fmt: skip
    about = FunctionMetadata("programmes:PutInForce", False, "Put rules in force.", {}, {})
    found = waiting(proposal, "20261121", ("o", "p-1"), about)
    assert found.own
    assert found.order == {"programme": "x", "rules": {"a": 1}, "version": 2}
    assert not waiting(proposal, "20261121", ("o", "p-2"), about).own


def test_the_organisations_that_a_proposal_names() -> None:
    first, second = "11370000MB2800140X", "91370100MA3XYZ123X"
    order = {
        "organisation": first,
        "roles": ["holder"],
        "parts": [{"buyer": second}, {"buyer": first}],
        "n": 1,
    }
    assert ids_in(order) == [first, second]


def ranges(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"batch": "b", "first": first, "last": last} for first, last in pairs]


def test_holds_that_stand_now() -> None:
    found = [
        happened(1, "credits.held", hold="freeze", reference="文书 1", holder="h", ranges=ranges(("1", "9"))),
        happened(2, "credits.held", hold="lien", reference="p-1", holder="h", ranges=ranges(("10", "19"))),
        happened(3, "credits.held", hold="offer", reference="o-1", holder="h", ranges=ranges(("20", "29"))),
        happened(
            4, "credits.released", hold="lien", reference="p-1", holder="h", ranges=ranges(("10", "19"))
        ),
        happened(5, "credits.held", hold="lien", reference="p-2", holder="h", ranges=ranges(("30", "39"))),
    ]
    now = standing(reversed(found))
    assert [(one.hold, one.reference) for one in now] == [("lien", "p-2"), ("freeze", "文书 1")]
    assert now[0].release.startswith("/desk/actions/pledges:Release?pledge=p-2")
    assert "pieces.0.first=1&" in now[1].release


def test_accounts_that_are_frozen_now() -> None:
    found = [
        happened(1, "accounts.frozen", account="a"),
        happened(2, "accounts.frozen", account="b"),
        happened(3, "accounts.unfrozen", account="a"),
    ]
    assert [one.effect["account"] for one in frozen_accounts(found)] == ["b"]


def test_what_can_be_done_with_a_range() -> None:
    free = {"batch": "b", "first": "1", "last": "9", "state": "active", "holds": []}
    assert [name for name, _ in links(free, "/desk")] == [
        "retirements:Retire", "credits:Offer", "pledges:Pledge", "credits:Cancel",
    ]  # fmt: skip
    assert links(free | {"holds": [{"kind": "lien", "reference": "p"}]}, "/desk") == []
    assert links(free | {"state": "retired"}, "/desk") == []


def test_an_organisers_and_a_verifiers_next_step() -> None:
    event = {
        "id": "e", "organiser": "o", "status": "accounted", "verifier": "", "report": "ab", "lines": [], "offsets": [],
    }  # fmt: skip
    assert next(name for name, _ in row(event, "o", frozenset()).steps) == "events:OffsetByRetirement"
    (verifying,) = row(event, "v", frozenset({"verifier"})).steps
    assert verifying[0] == "events:Attest"
    assert "accounts=ab" in verifying[1]
    assert row(event, "x", frozenset()).steps == []
    assert [name for name, _ in steps({"institution": "i", "year": 2026, "status": "shown"})] == [
        "budgets:PlanRectification"
    ]
    assert steps({"institution": "i", "year": 2026, "status": "cleared"}) == []


def test_a_regulators_tasks_come_first() -> None:
    found = tasks({"regulator"})
    mine = [task.mine for task in found]
    assert mine == sorted(mine, reverse=True)
    assert {task.name for task in found if task.mine} >= {"approvals", "holds", "red_cards"}


def test_lines_that_the_ledger_did_not_credit() -> None:
    batches: list[dict[str, Any]] = [
        {"state": "refused", "lines": [7, 8], "outcome": {"code": "points.budget_exhausted"}},
        {
            "state": "committed", "lines": [2, 4, 6],
            "outcome": {"effects": [{"rejected": [{"position": "1", "code": "claims.taken"}]}]},
        },
        {"state": "waiting", "lines": [9], "outcome": None},
    ]  # fmt: skip
    assert rejected_in(batches) == [
        (4, "claims.taken"), (7, "points.budget_exhausted"), (8, "points.budget_exhausted"),
    ]  # fmt: skip
    pages = {
        None: {"items": batches, "after": 7},
        "7": {
            "items": [{**one, "lines": [n + 1_000 for n in one["lines"]]} for one in batches],
            "after": None,
        },
    }

    class Reads:
        async def get(self, _request: object, path: str, after: str | None = None) -> Any:
            assert path == "/v1/activities/uploads/u/batches"
            return pages[after]

    first, refused, count = asyncio.run(_outcomes(cast("Desk", Reads()), cast("Request", None), "u"))
    assert first == batches
    assert count == 6, "of every page"
    assert [line for line, _ in refused] == [4, 7, 8, 1_004, 1_007, 1_008]
    assert media_of("a.CSV") == "text/csv"
    assert media_of("a.exe") is None


RECORD = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["a", "b", "c"]),
        "state": st.sampled_from(["credited", "reversed", "rejected"]),
        "when": st.integers(1_700_000_000, 1_800_000_000),
        "points": st.integers(0, 10**6).map(str),
        "grams": st.integers(0, 10**6).map(str),
    }
)


@given(st.lists(RECORD, max_size=30))
def test_units_get_exactly_what_their_members_credited_records_say(records: list[dict[str, Any]]) -> None:
    units = {"a": "U", "b": "U"}
    found = sums_of(records, units)
    counted = [one for one in records if one["state"] == "credited" and one["account"] in units]
    assert sum(points for points, _ in found.values()) == sum(int(one["points"]) for one in counted)
    assert sum(grams for _, grams in found.values()) == sum(int(one["grams"]) for one in counted)
    assert {unit for unit, _ in found} <= {"U"}


def test_equal_points_share_a_rank() -> None:
    rows = ranked({"a": (5, 1), "b": (7, 1), "c": (5, 9), "d": (1, 1)})
    assert [(row.rank, row.name) for row in rows] == [(1, "b"), (2, "a"), (2, "c"), (4, "d")]


def test_a_reader_finds_their_unit_wherever_it_stands() -> None:
    standings = ranked({f"u{at:03d}": (1_000 - at, 1) for at in range(150)})
    organisations = {f"u{at:03d}": f"11370000MB28{at:05d}X" for at in range(150)}
    view = leaderboard(standings, organisations, {"11370000MB2800140X": "图书馆"}, "图书馆")
    assert len(view.rows) == 100
    assert [row.standing.rank for row in view.found] == [141]
    assert view.total == 150
    assert period_of("2026-11", "2026-12") == "2026-11"
    assert period_of("2025", "2026-12") == "2025"
    for nonsense in ("", "x", "2026-1", "20-26", "2026-11-01", "²⁰²⁶"):
        assert period_of(nonsense, "2026-12") == "2026"
