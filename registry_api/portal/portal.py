"""The portal put together: its pages on one router, its error pages, its parts."""

import time
from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from tanhui.registry_api.access.oidc import TokenVerifier, read_issuers
from tanhui.registry_api.access.oidc_sign_in import RedirectSignIn
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.portal import assets
from tanhui.registry_api.portal.actions import Actions
from tanhui.registry_api.portal.api_calls import ApiCalls
from tanhui.registry_api.portal.archive import Archive
from tanhui.registry_api.portal.board import Board
from tanhui.registry_api.portal.desk import (
    act,
    approvals,
    dossiers,
    from_elsewhere,
    holdings,
    holds,
    intake,
    look,
    naming,
    notices,
    overview,
    recalls,
    red_cards,
    reports,
    review,
    sign_in,
    transfer,
)
from tanhui.registry_api.portal.desk import (
    recognition as recognition_queue,
)
from tanhui.registry_api.portal.desk.common import Desk
from tanhui.registry_api.portal.errors import install_error_pages
from tanhui.registry_api.portal.forms import Forms
from tanhui.registry_api.portal.pages import (
    certificates,
    downloads,
    events,
    find,
    home,
    hub,
    language,
    methodologies,
    partners,
    programmes,
    projects,
    rankings,
    recognition,
    retirements,
    serials,
    transparency,
    verify,
)
from tanhui.registry_api.portal.public_reads import PublicReads
from tanhui.registry_api.portal.session_store import SessionStore
from tanhui.registry_api.portal.sessions import SessionLoader, Sessions
from tanhui.registry_api.portal.site import Bundles, Site, page_environment
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.regions import region_name
from tanhui.registry_api.routes.resource import Resource
from tanhui.registry_api.settings import ApiSettings


def add_portal(
    app: FastAPI,
    *,
    ledger: Ledger,
    reader: str,
    store: ReadStore,
    projector: Projector,
    service: Engine,
    settings: ApiSettings,
    bundles: Bundles | None,
    metadata: ContractMetadata,
    resources: Iterable[Resource],
) -> None:
    """Serve the portal's pages beside the API. `reader` is the identity that public pages read as."""
    environment = page_environment()
    environment.globals["asset"] = assets.asset
    environment.globals["region"] = region_name
    environment.globals["has_hub"] = settings.hub_file is not None
    environment.globals["action_name"] = naming.action_name
    environment.globals["verb_name"] = naming.verb_name
    environment.globals["choice_name"] = naming.choice_name
    environment.globals["field_label"] = naming.field_label
    environment.globals["field_hint"] = naming.field_hint
    environment.globals["one_of_two"] = naming.one_of_two
    environment.globals["serials_between"] = naming.serials_between
    environment.globals["refusal_sentence"] = naming.refusal_sentence
    environment.globals["function_note"] = naming.function_note
    environment.globals["columns"] = look.columns
    environment.globals["is_hex"] = look.is_hex
    sessions = Sessions(SessionStore(service))
    site = Site(
        ledger=ledger,
        projector=projector,
        public=PublicReads(ledger, reader),
        archive=Archive(store),
        environment=environment,
        log_folder=settings.log_folder,
        public_url=settings.public_url,
        bundles=bundles,
        sessions=sessions,
        now=time.time,
    )
    desk = Desk(
        site,
        ApiCalls(app),
        Actions(metadata, resources),
        Forms(metadata.schemas),
        settings.intake_body_bytes_max,
    )
    app.include_router(_pages(site))
    app.include_router(downloads.routes(site, store, reader))
    app.include_router(hub.routes(site, settings.hub_file))
    app.include_router(rankings.routes(site, Board(ledger, reader, site.archive)))
    app.include_router(_desk(desk))
    app.include_router(sign_in.routes(desk, _redirects(settings)))
    app.add_middleware(SessionLoader, sessions=sessions)
    install_error_pages(app, site)


def _redirects(settings: ApiSettings) -> RedirectSignIn:
    """Signing in through the trusted issuers; none without a file of them."""
    issuers = read_issuers(settings.oidc_file) if settings.oidc_file else ()
    return RedirectSignIn(issuers, TokenVerifier(issuers, time.time), settings.public_url, time.time)


def _pages(site: Site) -> APIRouter:
    router = APIRouter()
    for page in (
        home,
        programmes,
        projects,
        methodologies,
        retirements,
        certificates,
        events,
        recognition,
        partners,
        serials,
        find,
        transparency,
    ):
        router.include_router(page.routes(site))
    for own in (verify, language, assets):
        router.include_router(own.routes())
    return router


def _desk(desk: Desk) -> APIRouter:
    router = APIRouter()
    for page in (overview, intake, approvals, holdings, dossiers, holds, notices, red_cards):
        router.include_router(page.routes(desk))
    for page in (recognition_queue, recalls, transfer, from_elsewhere, review, reports, act, look):
        router.include_router(page.routes(desk))
    return router
