"""What every page stands on: the parts it reads from, and how it is rendered."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tanhui.registry_api.languages import Language, preferred_language
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.portal.archive import Archive
from tanhui.registry_api.portal.public_reads import PublicReads
from tanhui.registry_api.portal.sessions import Sessions
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.public_address import public_address
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.security_headers import SECURITY_HEADERS
from tanhui.registry_api.wording import formats
from tanhui.registry_api.wording.catalogue import wording

T = TypeVar("T")

FOLDER: Final = Path(__file__).parent
LANGUAGE_COOKIE: Final = "tanhui-language"
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Bundles(Protocol):
    """Who makes bundles of committed transactions."""

    async def bundle(self, txid: str, effect: int | None = None, record: int | None = None) -> bytes:
        """The bundle. Raises Problem while the log does not cover the transaction."""


@dataclass(frozen=True, slots=True)
class Names:
    """Organisations by their ids, as a page shows them."""

    known: dict[str, str]

    def __call__(self, organisation: str) -> str:
        """The registered name, or the id where there is none."""
        return self.known.get(organisation, organisation)


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that pages share."""

    ledger: Ledger
    projector: Projector
    public: PublicReads
    archive: Archive
    environment: Environment
    log_folder: Path | None
    public_url: str
    bundles: Bundles | None
    sessions: Sessions
    now: Callable[[], float]

    async def read(self, call: Callable[..., T], *arguments: Any) -> T:
        """A blocking call of the archive, from a thread."""
        return await asyncio.to_thread(call, *arguments)

    async def names(self, organisations: Iterable[str]) -> Names:
        """The names of organisations that a page mentions; who is not registered keeps the id."""
        found = await self.organisations(organisations)
        return Names({organisation: one["name"] for organisation, one in found.items()})

    async def organisations(self, wanted: Iterable[str]) -> dict[str, Any]:
        """The registered ones among organisations, by their ids."""
        ids = sorted({one for one in wanted if one})
        found = await asyncio.gather(
            *(self.public.find("organisations:Get", organisation=one) for one in ids)
        )
        return {one["id"]: one for one in found if one is not None}

    def absolute(self, request: Request, path: str) -> str:
        """An address of this site as others can follow it: by the settings, never by what the request says."""
        return public_address(request, self.public_url) + path

    @property
    def has_proofs(self) -> bool:
        """Whether a log is kept from which bundles are made."""
        return self.bundles is not None

    async def bundle(self, transaction: str, position: int) -> bytes | None:
        """The bundle of one effect; None where no log is kept, or while it does not cover the transaction yet."""
        if self.bundles is None:
            return None
        try:
            return await self.bundles.bundle(transaction, position)
        except Problem:
            return None

    def render(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **view: Any,
    ) -> Response:
        """A page in the reader's language."""
        language = language_of(request)
        words = wording(language)
        page = self.environment.get_template(template).render(
            t=words,
            term=words.term,
            language=language,
            path=request.url.path,
            address=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
            session=self.sessions.find(request),
            as_of=self.projector.block,
            **view,
        )
        said = {
            **HEADERS,
            "Content-Language": language,
            "Vary": "Accept-Language, Cookie",
            "Cache-Control": "private, no-cache",
        }
        return HTMLResponse(page, status, said | (headers or {}))


def language_of(request: Request) -> Language:
    """What the reader chose, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen == "zh":
        return "zh"
    if chosen == "en":
        return "en"
    return preferred_language(request.headers.get("accept-language", ""))


def page_environment() -> Environment:
    """Jinja with autoescape everywhere; a name that a template lacks is a fault."""
    environment = Environment(
        loader=FileSystemLoader([FOLDER / name for name in ("templates", "pages", "desk")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in (
        "number",
        "tonnes",
        "tonnes_of_grams",
        "kilograms",
        "yuan",
        "percent",
        "day",
        "moment",
        "short",
    ):
        environment.filters[name] = getattr(formats, name)
    return environment
