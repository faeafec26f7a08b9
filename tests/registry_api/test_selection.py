"""Sparse fields, conditions over pages, parents that must be there, answers that are known already."""

import json
import time
from typing import Any

import pytest

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.routes.parents import Parents
from tanhui.registry_api.selection import selection_of
from tests.support.api import Api, MemoryLedger

METADATA = ContractMetadata(registry_contract().metadata)
ITEM = {"id": "a", "state": "active", "sum": {"points": "5", "debt": "0"}, "open": True}


def test_only_the_wanted_members_are_shown() -> None:
    selection, rest = selection_of([("fields", "id,sum.points"), ("fields", "sum.debt,absent"), ("x", "1")])
    assert rest == [("x", "1")]
    wanted = {"id": "a", "sum": {"points": "5", "debt": "0"}}
    assert selection.shown(ITEM) == wanted
    assert selection.shown({"items": [ITEM], "bookmark": "b"}) == {"items": [wanted], "bookmark": "b"}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("state:active", True),
        ("state:frozen", False),
        ("sum.points:5", True),
        ("open:true", True),
        ("no:", False),
    ],
)
def test_conditions_compare_texts(condition: str, met: bool) -> None:
    selection, _ = selection_of([("where", condition)])
    assert selection.matches(ITEM) is met


@pytest.mark.parametrize(
    "pairs",
    [
        [("where", "state")],
        [("where", "sta te:x")],
        [("where", "x:" + "y" * 400)],
        [("where", "x:y")] * 6,
        [("fields", "a..b")],
        [("fields", ",".join(["a"] * 51))],
        [("fields", "a'b")],
    ],
)
def test_a_selection_that_is_none_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(Problem):
        selection_of(pairs)


def test_no_order_has_members_of_these_names() -> None:
    for function in METADATA.functions.values():
        assert not {"fields", "where"} & set(function.order.get("properties", {})), function.name


def test_lists_know_the_function_that_tells_whether_their_parent_is_there() -> None:
    parents = Parents(METADATA, MemoryLedger())
    assert parents.getter_of("accounts:List") == "programmes:Get"
    assert parents.getter_of("activities:Attestations") == "activities:Batch"
    assert parents.getter_of("credits:Holdings") == "organisations:Get"
    assert parents.getter_of("projects:All") is None
    assert parents.getter_of("projects:Get") is None


class Pages(MemoryLedger):
    """Notes in pages of two, of which every third is wanted."""

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        order: dict[str, Any] = json.loads(argument)
        start, size = int(order.get("bookmark") or 0), int(order.get("page_size", 2))
        items = [{"n": str(n), "third": n % 3 == 0} for n in range(20)][start : start + size]
        end = start + size
        return json.dumps({"items": items, "bookmark": str(end) if end < 20 else ""}).encode()


def test_a_list_with_conditions_goes_through_pages_and_never_gives_more_than_one(api: Api) -> None:
    ledger = Pages()
    api.ledger.evaluate = ledger.evaluate  # type: ignore[method-assign]
    found: list[str] = []
    bookmark = ""
    for _ in range(20):
        path = f"/v1/functions/notes/List?page_size=2&where=third:true&fields=n&bookmark={bookmark}"
        page = api.client.get(path, headers=api.headers()).json()
        assert len(page["items"]) <= 2
        found += [one["n"] for one in page["items"]]
        bookmark = page["bookmark"]
        if not bookmark:
            break
    assert found == ["0", "3", "6", "9", "12", "15", "18"]


def test_conditions_on_what_is_no_list_of_items_are_refused(api: Api) -> None:
    """A holder's stock comes in pages too, and has no items: conditions on it were a 500 once."""
    assert METADATA.functions["credits:Holdings"].lists_items
    assert not METADATA.functions["market:Inventory"].lists_items
    refused = api.client.get("/v1/programmes/pr/accounts/aa?where=state:active", headers=api.headers())
    assert (refused.status_code, refused.json()["field"]) == (400, "where")


def test_reads_of_the_read_model_carry_an_etag_too(api: Api) -> None:
    while api.store.position().block < 6:
        time.sleep(0.01)
    time.sleep(0.1)
    first = api.client.get("/v1/effects", headers=api.headers())
    tag = first.headers["etag"]
    again = api.client.get("/v1/effects", headers=api.headers() | {"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
