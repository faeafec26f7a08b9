"""No page is forgotten: whatever the portal serves is judged in a browser, or is named as no page."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.routing import Route

from tests.support.api import open_api
from tests.support.portal_pages import CROSSING, DESK_PAGES, NO_PAGE, PUBLIC

ADDRESSES = [*PUBLIC.values(), *(path for _, path in (*DESK_PAGES.values(), *CROSSING.values()))]


def portal_routes(folder: Path) -> list[Route]:
    """What the portal answers to a GET, in the order in which it is searched."""
    api = open_api(folder)
    router: APIRouter = api.client.app.router  # type: ignore[attr-defined]  # a FastAPI
    api.close()
    return [
        one
        for one in routes_in(router)
        if "GET" in (one.methods or ()) and one.endpoint.__module__.startswith("tanhui.registry_api.portal.")
    ]


def routes_in(router: APIRouter) -> Iterator[Route]:
    """A router's routes, and those of the routers that it includes."""
    for one in router.routes:
        included = getattr(one, "original_router", None)
        if included is not None:
            yield from routes_in(included)
        elif isinstance(one, Route):
            yield one


def test_every_route_of_the_portal_is_judged_or_no_page(tmp_path: Path) -> None:
    routes = portal_routes(tmp_path)
    judged = set()
    for address in ADDRESSES:
        path = re.sub(r"\{.*?\}", "a1", urlsplit(address).path)
        found = next((one.path for one in routes if one.path_regex.match(path)), None)
        assert found not in NO_PAGE, address
        judged.add(found)
    known = {one.path for one in routes}
    assert len(known) > 40
    assert known - judged - set(NO_PAGE) == set(), "neither judged nor named as no page"
    assert set(NO_PAGE) <= known, "no route any more"
