"""The application's routes by what their paths look like, so that a request is compared with few of them.

A router compares each request's path with every route in turn; this application has some four hundred. Routes whose
path is made of whole segments are found here by method, number of segments and the words that stand at its beginning;
everything else, and what nobody answers (404, 405, a slash too many), is left to the router itself.
"""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

Shape = tuple[str, int, str]
"""Method, number of slashes, and the words at the beginning, with slashes between."""

WORDS: Final = (2, 1)
"""Tried in this order: `v1/projects`, then `v1`."""


def add_routes(router: APIRouter, added: Iterable[APIRouter]) -> None:
    """Put the routes of routers on one router, as they are.

    `include_router` would keep each as a router of its own, which is searched twice a request.
    """
    for one in added:
        router.routes.extend(one.routes)


class RouteIndex:
    """ASGI application in front of a router's own search. Routes that are added later are the router's."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._search: ASGIApp = router.app
        self._by_shape: dict[Shape, list[Route]] = {}
        for route in router.routes:
            if isinstance(route, Route):
                for shape in _shapes(route):
                    self._by_shape.setdefault(shape, []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request by the first route that matches it."""
        found = self.find(scope) if scope["type"] == "http" else None
        if found is None:
            await self._search(scope, receive, send)
            return
        route, more = found
        scope["router"] = self._router
        scope.update(more)
        await route.handle(scope, receive, send)

    def find(self, scope: Scope) -> tuple[Route, Scope] | None:
        """The route, and what it adds to the scope; None when the router has to search itself."""
        method, path = scope["method"], scope["path"]
        for words in WORDS:
            for route in self._by_shape.get(_shape(method, path, words), ()):
                match, more = route.matches(scope)
                if match is Match.FULL:
                    return route, more
        return None


def _shape(method: str, path: str, words: int) -> Shape:
    return method, path.count("/"), "/".join(path.split("/", words + 1)[1 : words + 1])


def _shapes(route: Route) -> list[Shape]:
    """The shapes of requests that the route answers; none when they cannot be told."""
    if ":" in route.path:
        return []
    for words in WORDS:
        shape = _shape("", route.path, words)
        if "{" not in shape[2]:
            return [(method, *shape[1:]) for method in sorted(route.methods or ())]
    return []
