"""The index of routes chooses what the router's own search would choose."""

import re
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.routing import Match, Route

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.routes.index import RouteIndex, add_routes
from tests.support.api import open_api


def test_every_route_is_found_as_the_search_finds_it(tmp_path: Path) -> None:
    api = open_api(tmp_path, contract=ContractMetadata(registry_contract().metadata))
    router: APIRouter = api.client.app.router  # type: ignore[attr-defined]  # a FastAPI
    index = router.middleware_stack
    assert isinstance(index, RouteIndex)
    routes = [route for route in router.routes if isinstance(route, Route)]
    indexed = 0
    for wanted in routes:
        for method in wanted.methods or ():
            scope: dict[str, Any] = {
                "type": "http",
                "method": method,
                "path": re.sub(r"\{.*?\}", "a1", wanted.path),
                "headers": [],
            }
            searched = next(one for one in routes if one.matches(scope)[0] is Match.FULL)
            found = index.find(scope)
            assert found is None or found[0] is searched, (method, wanted.path)
            indexed += found is not None
    assert indexed > 300
    api.close()


def test_what_nobody_answers_is_left_to_the_search(tmp_path: Path) -> None:
    api = open_api(tmp_path)
    for path, status in (("/v1/nothing", 404), ("/v1/nothing/at/all", 404), ("/healthz", 200)):
        assert api.client.get(path, headers=api.headers()).status_code == status
    assert api.client.put("/v1/functions/notes/Write", headers=api.headers()).status_code == 405
    api.close()


def test_routes_of_several_routers_stand_side_by_side() -> None:
    app, one, other = APIRouter(), APIRouter(prefix="/a"), APIRouter()

    @one.get("/b")
    async def first() -> str:
        return "one"

    @other.get("/a/b")
    async def second() -> str:
        return "other"

    add_routes(app, [one, other])
    assert [route.path for route in app.routes if isinstance(route, Route)] == ["/a/b", "/a/b"]
