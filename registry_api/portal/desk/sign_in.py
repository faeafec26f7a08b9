"""Signing in with an access key or through a trusted issuer, and out."""

import base64
from typing import Final

import msgspec
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.access.oidc_sign_in import PENDING_S, Pending, RedirectSignIn, SignInRefused
from tanhui.registry_api.portal.api_calls import ApiRefusal, Signed
from tanhui.registry_api.portal.desk.common import FORM_FOREIGN, Desk, read_form, text_of
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.portal.site import language_of
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.wording.catalogue import wording

BYTES_MAX = 32 << 10
TOKEN_CHARACTERS_MAX = 8_192
PENDING_COOKIE: Final = "__Host-tanhui-sign-in"
PENDING_CHARACTERS_MAX: Final = 4_000
TO_CHARACTERS_MAX: Final = 1_000

_log = structlog.get_logger(__name__)


class SignIn:
    """What a person who comes, or leaves, is answered."""

    def __init__(self, desk: Desk, redirects: RedirectSignIn) -> None:
        self._desk = desk
        self._redirects = redirects

    async def ask(self, request: Request, to: str = "/desk", ended: str = "") -> Response:
        """The form, with the issuers that may be asked instead; `ended` when there had been a session."""
        return self._show(request, own_address(to), ended=bool(ended))

    async def enter(self, request: Request) -> Response:
        """A key was given."""
        form = await read_form(request, BYTES_MAX)
        token = text_of(form, "key").strip()[:TOKEN_CHARACTERS_MAX]
        to = own_address(text_of(form, "to") or "/desk")
        if not token.isascii() or not token.isprintable():
            token = ""
        try:
            return await self._enter_with(request, token, RedirectResponse(to, 303))
        except ApiRefusal as refusal:
            said = wording(language_of(request)).said(refusal.problem["detail"])
            return self._show(request, to, refusal.problem["status"], said)

    async def leave_for(self, provider: str, to: str = "/desk") -> Response:
        """An issuer is to say who it is."""
        try:
            address, pending = self._redirects.begin(provider, own_address(to[:TO_CHARACTERS_MAX]))
        except KeyError as error:
            raise Problem(NOT_FOUND, name="provider", value=provider[:80]) from error
        answer = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
        # Lax: the issuer sends the person back from another site.
        kept = base64.urlsafe_b64encode(msgspec.json.encode(pending)).decode()
        answer.set_cookie(
            PENDING_COOKIE, kept, max_age=PENDING_S, path="/", secure=True, httponly=True, samesite="lax"
        )
        return answer

    async def come_back(self, request: Request, provider: str) -> Response:
        """The issuer has said it, or not."""
        pending = pending_of(request)
        to = own_address(pending.to) if pending else "/desk"
        try:
            if pending is None:
                raise SignInRefused("no sign-in under way in this browser")
            entered = await self._redirects.finish(provider, pending, request.query_params)
            # A page and not a redirect: the session's cookie is Strict, and is sent again only from our own page.
            answer = self._desk.site.render(request, "signed_in.html", to=to)
            answer = await self._enter_with(
                request, entered.access_token, answer, provider=provider, id_token=entered.id_token
            )
        except (SignInRefused, ApiRefusal) as refused:
            _log.info("portal.sign_in_refused", provider=provider[:40], reason=str(refused)[:300])
            answer = self._show(request, to, 401, wording(language_of(request))("sign_in.refused"))
        answer.delete_cookie(PENDING_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def leave(self, request: Request) -> Response:
        """The session ends here, and then at the issuer that was signed in with."""
        session = self._desk.session(request)
        form = await read_form(request, BYTES_MAX)
        if not session.carries(text_of(form, "csrf")):
            raise Problem(FORM_FOREIGN)
        elsewhere = self._redirects.end(session.provider, session.id_token)
        if not elsewhere:
            answer: Response = RedirectResponse("/", 303)
            await self._desk.site.sessions.end(request, answer)
            return answer
        # A page and not a redirect: the policy of the form's page lets a form lead to our own pages alone.
        request.state.portal_session = None
        answer = self._desk.site.render(request, "signed_out.html", to=elsewhere)
        await self._desk.site.sessions.end(request, answer)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def _show(
        self, request: Request, to: str, status: int = 200, problem: str = "", *, ended: bool = False
    ) -> Response:
        providers = self._redirects.providers
        return self._desk.site.render(
            request, "sign_in.html", status, to=to, problem=problem, ended=ended, providers=providers
        )

    async def _enter_with(
        self, request: Request, token: str, answer: Response, *, provider: str = "", id_token: str = ""
    ) -> Response:
        """Begin a session in `answer`, if the API knows the token. Raises ApiRefusal."""
        client = None if request.client is None else (request.client.host, request.client.port)
        who = await self._desk.api.get(Signed(token, language_of(request), client), "/v1/me")
        await self._desk.site.sessions.end(request, answer)
        await self._desk.site.sessions.begin(token, who, answer, provider=provider, id_token=id_token)
        return answer


def routes(desk: Desk, redirects: RedirectSignIn) -> APIRouter:
    """GET and POST /sign-in, GET /sign-in/with/PROVIDER and its callback, POST /sign-out."""
    router = APIRouter(include_in_schema=False)
    handlers = SignIn(desk, redirects)
    router.get("/sign-in")(handlers.ask)
    router.post("/sign-in")(handlers.enter)
    router.get("/sign-in/with/{provider}")(handlers.leave_for)
    router.get("/sign-in/with/{provider}/callback")(handlers.come_back)
    router.post("/sign-out")(handlers.leave)
    return router


def pending_of(request: Request) -> Pending | None:
    """The sign-in that this browser began; None without one."""
    kept = request.cookies.get(PENDING_COOKIE, "")
    if not 0 < len(kept) <= PENDING_CHARACTERS_MAX:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(kept), type=Pending)
    except ValueError:  # no base64, no JSON, or other members
        return None
