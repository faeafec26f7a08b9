"""Choosing the language; kept in a cookie that holds nothing else."""

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.portal.site import LANGUAGE_COOKIE

KEPT_S = 365 * 86_400


def own_address(to: str) -> str:
    """`to` where it is an address of this site, else the first page: nobody is sent elsewhere."""
    if not to.startswith("/") or to.startswith(("//", "/\\")) or not to.isprintable() or "\\" in to:
        return "/"
    return to[:2_000]


def routes() -> APIRouter:
    """GET /language/LANGUAGE."""
    router = APIRouter(include_in_schema=False)

    @router.get("/language/{language}")
    def choose(language: Literal["zh", "en"], to: str = "/") -> Response:
        answer = RedirectResponse(own_address(to), 303)
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=KEPT_S, httponly=True, samesite="lax")
        return answer

    return router
