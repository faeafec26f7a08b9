"""The page of one retirement's certificate, as a page and as PDF; a retirement that is known is never a 404.

Everything on it is derived from the committed transaction: the effect, and where it stands.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from tanhui.registry_api.certificates.document import CertificateFacts, certificate_pdf
from tanhui.registry_api.documents.fonts import cjk_font
from tanhui.registry_api.portal.archive import Happened, Wanted
from tanhui.registry_api.portal.pages.recalls import Standing, standing
from tanhui.registry_api.portal.site import Names, Site, language_of
from tanhui.registry_api.problems import NOT_FOUND, UNAVAILABLE, Problem
from tanhui.registry_api.reports.tables import NO_FONT
from tanhui.registry_api.wording.catalogue import wording

_REFERENCE: Final = re.compile(r"([0-9a-f]{64})\.(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Batch:
    """Where a range of the certificate is from."""

    batch: str
    project: str
    title: str
    methodology: str
    vintage: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the page shows."""

    reference: str
    happened: Happened
    standing: Standing
    batches: Mapping[str, Batch]
    names: Names
    address: str
    """The absolute address that the QR code carries."""
    event_known: bool
    """Whether the ledger holds the event that it was for: credits may be retired for one that has no dossier here."""

    @property
    def effect(self) -> Mapping[str, Any]:
        """The retirement as the ledger's effect has it."""
        return self.happened.effect

    @property
    def qr(self) -> Markup:
        """The QR code as SVG; drawn with attributes only, so that no style needs to be allowed."""
        drawn = segno.make(self.address, error="m").svg_inline(
            scale=1, border=2, omitsize=True, dark="#000", svgclass=None, lineclass=None
        )
        return Markup(drawn)  # noqa: S704 - segno's own drawing, which holds no text


async def find(site: Site, certificate: str) -> Happened:
    """The retirement behind `transaction.position` or a retirement's id. Raises Problem (404)."""
    match = _REFERENCE.fullmatch(certificate)
    if match is not None:
        for one in await site.read(site.archive.of_transaction, match[1]):
            if one.kind == "retirements.retired" and one.position == int(match[2]):
                return one
    else:
        wanted = Wanted(("retirements.retired",), {"retirement": certificate[:200]}, limit=1)
        found: Sequence[Happened] = await site.read(site.archive.newest, wanted)
        if found:
            return found[0]
    raise Problem(NOT_FOUND, name="certificate", value=certificate[:80])


async def view(site: Site, request: Request, happened: Happened) -> Certificate:
    """Gather what the page shows besides the effect."""
    effect = happened.effect
    now = await site.public.find("retirements:Standing", retirement=effect["retirement"])
    batches: dict[str, Batch] = {}
    for name in sorted({one["batch"] for one in effect["ranges"]}):
        batch = await site.public.find("credits:Batch", batch=name)
        if batch is None:
            continue
        project = await site.public.find("projects:Get", project=batch["project"])
        batches[name] = Batch(
            name,
            batch["project"],
            project["title"] if project else batch["project"],
            f"{batch['methodology']} v{batch['version']}",
            str(batch["vintage"]),
        )
    parties = [effect["beneficiary"], effect.get("on_behalf_of") or {}]
    names = await site.names([effect["holder"], *(one.get("organisation", "") for one in parties)])
    address = site.absolute(request, f"/certificates/{happened.reference}")
    event = str(effect.get("reference", "")) if effect["purpose"] == "event" else ""
    known = bool(event) and await site.public.find("events:Get", event=event) is not None
    return Certificate(happened.reference, happened, standing(now), batches, names, address, known)


def routes(site: Site) -> APIRouter:
    """GET /certificates/ID, /certificates/ID.pdf and /retirements/ID."""
    router = APIRouter(include_in_schema=False)

    @router.get("/retirements/{retirement}")
    async def by_retirement(retirement: str) -> Response:
        happened = await find(site, retirement)
        return RedirectResponse(f"/certificates/{happened.reference}", 303)

    @router.get("/certificates/{certificate}.pdf")
    async def pdf(request: Request, certificate: str) -> Response:
        font = cjk_font()
        if font is None:
            raise Problem(NO_FONT, value="fonts-noto-cjk")
        found = await view(site, request, await find(site, certificate))
        facts = CertificateFacts(
            effect=found.effect,
            reference=found.reference,
            block=found.happened.block,
            at=found.happened.at,
            address=found.address,
            names=found.names.known,
            sources={name: (one.title, one.methodology, one.vintage) for name, one in found.batches.items()},
            standing=found.standing.state,
        )
        bundle = await site.bundle(found.happened.transaction, found.happened.position)
        t = wording(language_of(request))
        document = await site.read(certificate_pdf, facts, t, font, bundle)
        return Response(
            document,
            media_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="certificate-{found.reference[:16]}.pdf"'},
        )

    @router.get("/certificates/{certificate}.bundle.json")
    async def bundle_file(certificate: str) -> Response:
        happened = await find(site, certificate)
        bundle = await site.bundle(happened.transaction, happened.position)
        if bundle is None:
            raise Problem(UNAVAILABLE, params={"reason": "log"}, headers={"Retry-After": "5"})
        return Response(
            bundle,
            media_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{happened.reference[:16]}.bundle.json"'},
        )

    @router.get("/certificates/{certificate}")
    async def page(request: Request, certificate: str) -> Response:
        found = await view(site, request, await find(site, certificate))
        return site.render(request, "certificate.html", view=found, proofs=site.has_proofs)

    return router
