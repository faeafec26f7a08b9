"""Signing in with an access key, and out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.portal.api_calls import ApiRefusal, Signed
from tanhui.registry_api.portal.desk.common import FORM_FOREIGN, Desk, read_form, text_of
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.portal.site import language_of
from tanhui.registry_api.problems import Problem

BYTES_MAX = 32 << 10
TOKEN_CHARACTERS_MAX = 8_192


def routes(desk: Desk) -> APIRouter:
    """GET and POST /sign-in, POST /sign-out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    async def ask(request: Request, to: str = "/desk") -> Response:
        return desk.site.render(request, "sign_in.html", to=own_address(to), problem="")

    @router.post("/sign-in")
    async def enter(request: Request) -> Response:
        form = await read_form(request, BYTES_MAX)
        token = text_of(form, "key").strip()[:TOKEN_CHARACTERS_MAX]
        to = own_address(text_of(form, "to") or "/desk")
        client = None if request.client is None else (request.client.host, request.client.port)
        if not token.isascii() or not token.isprintable():
            token = ""
        try:
            who = await desk.api.get(Signed(token, language_of(request), client), "/v1/me")
        except ApiRefusal as refusal:
            detail = refusal.problem["detail"]
            return desk.site.render(request, "sign_in.html", refusal.problem["status"], to=to, problem=detail)
        answer = RedirectResponse(to, 303)
        desk.site.sessions.end(request, answer)
        desk.site.sessions.begin(token, who, answer)
        return answer

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        session = desk.session(request)
        form = await read_form(request, BYTES_MAX)
        if not session.carries(text_of(form, "csrf")):
            raise Problem(FORM_FOREIGN)
        answer = RedirectResponse("/", 303)
        desk.site.sessions.end(request, answer)
        return answer

    return router
