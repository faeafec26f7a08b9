"""The portal put together: its pages on one router, its error pages, its parts."""

import time

from fastapi import APIRouter, FastAPI

from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.portal import assets
from tanhui.registry_api.portal.archive import Archive
from tanhui.registry_api.portal.errors import install_error_pages
from tanhui.registry_api.portal.pages import (
    certificates,
    events,
    find,
    home,
    language,
    methodologies,
    programmes,
    projects,
    retirements,
    serials,
    transparency,
    verify,
)
from tanhui.registry_api.portal.public_reads import PublicReads
from tanhui.registry_api.portal.regions import region_name
from tanhui.registry_api.portal.site import Bundles, Site, page_environment
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.settings import ApiSettings


def add_portal(
    app: FastAPI,
    *,
    ledger: Ledger,
    reader: str,
    store: ReadStore,
    projector: Projector,
    settings: ApiSettings,
    bundles: Bundles | None,
) -> None:
    """Serve the portal's pages beside the API. `reader` is the identity that public pages read as."""
    environment = page_environment()
    environment.globals["asset"] = assets.asset
    environment.globals["region"] = region_name
    site = Site(
        ledger=ledger,
        projector=projector,
        public=PublicReads(ledger, reader),
        archive=Archive(store),
        environment=environment,
        log_folder=settings.log_folder,
        bundles=bundles,
        now=time.time,
    )
    app.include_router(_pages(site))
    install_error_pages(app, site)


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
        serials,
        find,
        transparency,
    ):
        router.include_router(page.routes(site))
    for own in (verify, language, assets):
        router.include_router(own.routes())
    return router
