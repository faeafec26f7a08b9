"""The portal's own style sheet and scripts: few, small, ours, named by the hash of what is in them."""

import hashlib
from functools import cache
from typing import Final

from fastapi import APIRouter, Response

from tanhui.registry_api.portal.site import FOLDER
from tanhui.registry_api.problems import NOT_FOUND, Problem

_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_YEAR_S: Final = 31_536_000


@cache
def _assets() -> dict[str, tuple[bytes, str, str]]:
    found = {}
    for path in sorted((FOLDER / "static").iterdir()):
        content = path.read_bytes()
        found[path.name] = (content, _KINDS[path.suffix], hashlib.sha256(content).hexdigest()[:16])
    return found


def asset(name: str) -> str:
    """The address of a file, which changes with its content."""
    return f"/static/{name}?v={_assets()[name][2]}"


def routes() -> APIRouter:
    """GET /static/NAME, from memory: no path of the file system can be asked for."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{name}")
    def file(name: str) -> Response:
        found = _assets().get(name)
        if found is None:
            raise Problem(NOT_FOUND, value=name[:80])
        content, kind, _ = found
        return Response(
            content, media_type=kind, headers={"Cache-Control": f"public, max-age={_YEAR_S}, immutable"}
        )

    @router.get("/favicon.ico")
    def icon() -> Response:
        return file("mark.svg")

    return router
