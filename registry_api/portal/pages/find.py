"""One search box for everything: an id leads to its page, words to what mentions them."""

import re
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.portal.archive import Happened, Wanted
from tanhui.registry_api.portal.pages.named import entries, matching, only_page
from tanhui.registry_api.portal.pages.serials import serial_in
from tanhui.registry_api.portal.site import Site

TEXT_CHARACTERS_MAX: Final = 200
SHOWN: Final = 50
KINDS: Final = (
    "retirements.retired",
    "credits.issued",
    "projects.status_changed",
    "programmes.status_changed",
    "methodologies.status_changed",
    "events.changed",
    "events.declared",
    "organisations.registered",
)
"""What the public finds: no effect that names an account."""
_TRANSACTION = re.compile(r"[0-9a-f]{64}")
_REFERENCE = re.compile(r"[0-9a-f]{64}\.\d{1,4}")


SUBJECTS: Final = ("retirement", "event", "project", "methodology", "programme", "organisation")


def subject_of(effect: Mapping[str, object]) -> str:
    """What an effect is about, by its id."""
    return next((str(effect[member]) for member in SUBJECTS if member in effect), "")


def address_of(kind: str, effect: Mapping[str, object], reference: str) -> str:
    """The page of what an effect is about; "" where there is none."""
    if kind == "retirements.retired":
        return f"/certificates/{reference}"
    for member, path in (
        ("event", "/events/"),
        ("project", "/projects/"),
        ("methodology", "/methodologies/"),
        ("programme", "/programmes/"),
    ):
        if isinstance(effect.get(member), str):
            return path + str(effect[member])
    return ""


def routes(site: Site) -> APIRouter:
    """GET /find."""
    router = APIRouter(include_in_schema=False)

    @router.get("/find")
    async def find(request: Request, q: str = "") -> Response:
        text = q.strip()[:TEXT_CHARACTERS_MAX]
        if _REFERENCE.fullmatch(text):
            return RedirectResponse(f"/certificates/{text}", 303)
        serial = serial_in(text)
        if serial is not None and await site.public.find("credits:Batch", batch=serial[0]) is not None:
            return RedirectResponse(f"/serials/{serial[0]}/{serial[1]}", 303)
        transaction: Happened | None = None
        if _TRANSACTION.fullmatch(text):
            done = await site.read(site.archive.of_transaction, text)
            transaction = done[0] if done else None
        named = matching(text, await entries(site)) if text and transaction is None else []
        page = only_page(text, named)
        if page:
            return RedirectResponse(page, 303)
        if transaction is not None:
            found = [one for one in done if one.kind in KINDS]
        else:
            found = (
                await site.read(site.archive.newest, Wanted(KINDS, text=text, limit=SHOWN)) if text else []
            )
        rows = [
            (one, subject_of(one.effect), address_of(one.kind, one.effect, one.reference)) for one in found
        ]
        return site.render(request, "find.html", q=text, rows=rows, named=named, transaction=transaction)

    return router
