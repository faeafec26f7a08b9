"""Errors as pages for people: the same problem that the API would answer, in words and with a way on."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import SignInNeeded, page_of
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.portal.site import Site, language_of
from tanhui.registry_api.problems import (
    INTERNAL,
    MALFORMED,
    LedgerRefusal,
    Problem,
    not_durable,
    problem_document,
    refusal_document,
)
from tanhui.registry_api.wording.catalogue import wording

Handler = Callable[[Request, Any], Awaitable[Response]]

NOT_PAGES: Final = ("/v1/", "/openapi.json", "/healthz", "/readyz", "/metrics")
"""Addresses of programs, which get problem documents."""


def is_page(request: Request) -> bool:
    """Whether a person waits for a page there."""
    path = request.url.path
    if path == "/v1" or path.startswith(NOT_PAGES):
        return False
    return "text/html" in request.headers.get("accept", "")


def install_error_pages(app: FastAPI, site: Site) -> None:
    """Answer with a page where one was asked for; everything else keeps the API's handlers."""

    @app.exception_handler(SignInNeeded)
    async def on_nobody(_request: Request, needed: SignInNeeded) -> Response:
        return RedirectResponse(
            f"/sign-in?{urlencode({'to': needed.to} | ({'ended': '1'} if needed.ended else {}))}", 303
        )

    @app.exception_handler(ApiRefusal)
    async def on_refusal(request: Request, refusal: ApiRefusal) -> Response:
        problem = refusal.problem
        if problem["status"] == 401:
            return await on_nobody(request, SignInNeeded(page_of(request), ended=True))
        return site.render(
            request,
            "error.html",
            problem["status"],
            problem=problem["status"],
            detail=wording(language_of(request)).said(problem["detail"]),
            code=problem["code"],
        )

    for kind in (Problem, LedgerRefusal, OperationalError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _page_or(app.exception_handlers[kind], site))


def _page_or(handler: Any, site: Site) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if not is_page(request):
            answer: Response = await handler(request, error)
            return answer
        path = request.url.path
        if isinstance(error, HTTPException) and error.status_code == 404 and path.endswith("/"):
            return RedirectResponse(own_address(path.rstrip("/")) or "/", 308)
        status, detail, code = _said(request, error)
        return site.render(request, "error.html", status, problem=status, detail=detail, code=code)

    return handle


def _said(request: Request, error: Exception) -> tuple[int, str, str]:
    """Status, sentence and code of an error."""
    language = language_of(request)
    if isinstance(error, LedgerRefusal):
        document = refusal_document(error, language)
    elif isinstance(error, Problem):
        document = problem_document(error, language)
    elif isinstance(error, RequestValidationError):
        first = error.errors()[0]
        problem = Problem(MALFORMED, name=str(first["loc"][-1]), params={"reason": first["msg"]})
        document = problem_document(problem, language)
    elif isinstance(error, OperationalError):
        document = problem_document(not_durable(), language)
    elif isinstance(error, HTTPException):
        return error.status_code, "", ""
    else:
        document = problem_document(Problem(INTERNAL), language)
    return document["status"], wording(language).said(document["detail"]), document["code"]
