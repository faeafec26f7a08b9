"""What every page of the desk stands on: who is signed in, forms that came from our own pages, calls of the API."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile

from tanhui.registry_api.portal.actions import Action, Actions
from tanhui.registry_api.portal.api_calls import ApiCalls, ApiRefusal, Signed
from tanhui.registry_api.portal.forms import Forms
from tanhui.registry_api.portal.pages.language import own_address
from tanhui.registry_api.portal.session import Session
from tanhui.registry_api.portal.sessions import COOKIE
from tanhui.registry_api.portal.site import Site, language_of
from tanhui.registry_api.problems import FORBIDDEN, TOO_LARGE, ApiCode, Problem

FORM_BYTES_MAX: Final = 2 << 20
FIELDS_MAX: Final = 2_000
SHOWN_POLLS_MAX: Final = 100
SHOWN_POLL_S: Final = 0.02
REFERER_CHARACTERS_MAX: Final = 2_000
UTC8_S: Final = 8 * 3_600

LENGTH_NEEDED = ApiCode("api.length", 411, "请求须注明长度", "The request must say how long it is")
FORM_FOREIGN = ApiCode(
    "api.form",
    403,
    "表单不是来自本次登录的页面,请刷新页面后重试",
    "The form did not come from a page of this session; reload the page and try again",
)


class SignInNeeded(Exception):  # noqa: N818 - it leads to the sign-in page
    """Nobody is signed in; `to` is where the reader wanted to go, `ended` whether there had been a session."""

    def __init__(self, to: str, ended: bool = False) -> None:
        super().__init__(to)
        self.to = to
        self.ended = ended


def page_of(request: Request) -> str:
    """The page that a reader was on or asked for: what a form was sent from, our own pages alone."""
    if request.method == "GET":
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    came = urlsplit(request.headers.get("referer", "")[:REFERER_CHARACTERS_MAX])
    if came.netloc != request.url.netloc or not came.path.startswith("/desk"):
        return "/desk"
    return own_address(came.path + (f"?{came.query}" if came.query else ""))


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that the desk's pages share."""

    site: Site
    api: ApiCalls
    actions: Actions
    forms: Forms
    upload_bytes_max: int

    def session(self, request: Request) -> Session:
        """Who is signed in. Raises SignInNeeded."""
        session = self.site.sessions.find(request)
        if session is None:
            # Without a cookie a form can only have been sent from a page that a session had shown.
            raise SignInNeeded(page_of(request), request.method != "GET" or COOKIE in request.cookies)
        return session

    def signed(self, request: Request, session: Session) -> Signed:
        """For whom the API is called."""
        client = None if request.client is None else (request.client.host, request.client.port)
        return Signed(session.token, language_of(request), client)

    async def get(self, request: Request, path: str, **query: object) -> Any:
        """A read as who is signed in. Raises SignInNeeded, ApiRefusal."""
        return await self.api.get(self.signed(request, self.session(request)), path, **query)

    async def find(self, request: Request, path: str, **query: object) -> Any | None:
        """The same; None where there is nothing, or nothing for this reader. Raises SignInNeeded, ApiRefusal."""
        try:
            return await self.get(request, path, **query)
        except ApiRefusal as refusal:
            if refusal.problem["status"] in {403, 404, 409, 422}:
                return None
            raise

    async def send(self, request: Request, action: Action, order: Mapping[str, Any], key: str) -> Any:
        """Carry out an action under an idempotency key. Raises SignInNeeded, ApiRefusal, KeyError."""
        path, body = action.address(order)
        answer = await self.api.post(self.signed(request, self.session(request)), path, key, body)
        await self._shown(int(answer.get("block", -1)))
        return answer

    async def _shown(self, block: int) -> None:
        """Wait until pages show what stands in a block, but not for long."""
        self.site.public.forget()
        for _ in range(SHOWN_POLLS_MAX):
            if self.site.projector.block >= block:
                return
            await asyncio.sleep(SHOWN_POLL_S)

    async def form(self, request: Request, bytes_max: int = FORM_BYTES_MAX) -> FormData:
        """What a form of this session sent.

        Raises:
            SignInNeeded: nobody is signed in.
            Problem: no length, too long, or from another page than ours.
        """
        session = self.session(request)
        form = await read_form(request, bytes_max)
        if not session.carries(text_of(form, "csrf")):
            await form.close()
            raise Problem(FORM_FOREIGN)
        return form

    def render(self, request: Request, template: str, status: int = 200, **view: Any) -> Response:
        """A page of the desk."""
        session = self.session(request)
        return self.site.render(request, template, status, desk_session=session, **view)


async def read_form(request: Request, bytes_max: int) -> FormData:
    """A form's fields, bounded before the first byte is read. Raises Problem."""
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise Problem(LENGTH_NEEDED)
    if len(length) > 15 or int(length) > bytes_max:
        raise Problem(TOO_LARGE, params={"limit": str(bytes_max)})
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Problem(FORBIDDEN, name="Sec-Fetch-Site", value="cross-site")
    return await request.form(max_files=1, max_fields=FIELDS_MAX, max_part_size=FORM_BYTES_MAX)


def text_of(form: FormData, name: str) -> str:
    """One field's text; several under one name stand on lines."""
    return "\n".join(value for value in form.getlist(name) if isinstance(value, str))


def texts_of(form: FormData) -> dict[str, str]:
    """Every field's text."""
    return {name: text_of(form, name) for name in form}


def upload_of(form: FormData, name: str) -> UploadFile | None:
    """The file under a name, if one was chosen."""
    found = form.get(name)
    return found if isinstance(found, UploadFile) and found.filename else None


def new_key(now: float | None = None) -> str:
    """A fresh request id: made when a form is shown, so that sending it twice has one effect."""
    day = time.strftime("%Y%m%d", time.gmtime((time.time() if now is None else now) + UTC8_S))
    return f"{day}-portal-{secrets.token_hex(8)}"
