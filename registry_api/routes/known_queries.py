"""A query parameter that a route does not know is refused: a misspelt condition must not answer with everything."""

from fastapi import Request
from fastapi.routing import APIRoute

from tanhui.registry_api.problems import MALFORMED, Problem

UNKNOWN = "unknown query parameter"


async def known_queries(request: Request) -> None:
    """A route's dependency. Raises Problem (400), which names the parameter."""
    route = request.scope["route"]
    if not request.query_params or not isinstance(route, APIRoute):
        return
    # What the handler declares itself: no dependency of these routes has queries of its own.
    known = {one.alias for one in route.dependant.query_params}
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is not None:
        raise Problem(
            MALFORMED,
            name=unknown[:80],
            value=request.query_params[unknown][:120],
            params={"reason": UNKNOWN},
        )
