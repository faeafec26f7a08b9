"""The application: everything that answers HTTP, put together from the parts it is given."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from tanhui.crypto_config.sealing import Sealer
from tanhui.registry_api.access.audit import AuditLog
from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.objects import ObjectGuard
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.answer_memory import AnswerMemory
from tanhui.registry_api.background import Background
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.exports.files import ExportFiles
from tanhui.registry_api.exports.worker import ExportWorker
from tanhui.registry_api.head import HeadAsGet
from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.queue import IntakeQueue
from tanhui.registry_api.intake.reading import ActivityReader, AsTheyCome, SourceKeeper
from tanhui.registry_api.jobs.store import JobStore
from tanhui.registry_api.jobs.worker import JobWorker
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.metrics import ApiMetrics
from tanhui.registry_api.openapi import DESCRIPTION, describe
from tanhui.registry_api.portal.portal import add_portal
from tanhui.registry_api.problems import install_problem_handlers
from tanhui.registry_api.proofs.prover import prover_of
from tanhui.registry_api.public_address import KnownHosts
from tanhui.registry_api.read_model.own_writes import OwnWrites
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.routes.access import access_routes
from tanhui.registry_api.routes.bulk import bulk_routes
from tanhui.registry_api.routes.contract_routes import ContractRoutes
from tanhui.registry_api.routes.effects import effect_routes
from tanhui.registry_api.routes.events import event_routes
from tanhui.registry_api.routes.exports import export_routes
from tanhui.registry_api.routes.index import RouteIndex, add_routes
from tanhui.registry_api.routes.intake import intake_routes
from tanhui.registry_api.routes.jobs import job_routes
from tanhui.registry_api.routes.log import log_routes
from tanhui.registry_api.routes.offline import offline_routes
from tanhui.registry_api.routes.operations import operation_routes
from tanhui.registry_api.routes.proofs import proof_routes
from tanhui.registry_api.routes.reports import report_routes
from tanhui.registry_api.routes.resource import Resource, default_path
from tanhui.registry_api.routes.resources import RESOURCES
from tanhui.registry_api.routes.source_keys import source_key_routes
from tanhui.registry_api.routes.transactions import transaction_routes
from tanhui.registry_api.routes.transfer_halves import transfer_half_routes
from tanhui.registry_api.routes.webhooks import webhook_routes
from tanhui.registry_api.settings import ApiSettings
from tanhui.registry_api.shell import Shell
from tanhui.registry_api.timed_bodies import TimedBodies
from tanhui.registry_api.webhooks.sender import WebhookSender
from tanhui.registry_api.webhooks.store import WebhookStore


@dataclass(frozen=True, slots=True)
class Parts:
    """What an application is made of."""

    ledger: Ledger
    authenticator: Authenticator
    metadata: ContractMetadata
    queue: IntakeQueue
    feeder: Feeder
    store: ReadStore
    projector: Projector
    service: Engine
    settings: ApiSettings
    exports_folder: Path
    """Where the files of long reports are; made when missing."""
    reader_identity: str = ""
    """Whose identity asks the ledger on the API's own behalf."""
    reader: ActivityReader = field(default_factory=AsTheyCome)
    ledger_failure: Callable[[], str] = lambda: ""
    """Why the ledger's own node commits nothing any more, "" while it does or when it is elsewhere."""
    log_failure: Callable[[], str] = lambda: ""
    """Why the log beside the API proves nothing more, "" while it does or where there is none."""
    sealer: Sealer | None = None
    """Encrypts webhooks' secrets at rest; None leaves them as they are."""
    sources: SourceKeeper | None = None
    """Keeps data sources' keys; None: every source signs for itself."""


def resources_of(metadata: ContractMetadata) -> tuple[Resource, ...]:
    """The map, and for functions that it does not name their default path."""
    known = tuple(resource for resource in RESOURCES if resource.function in metadata.functions)
    named = {resource.function for resource in known}
    rest = (f for name, f in sorted(metadata.functions.items()) if name not in named)
    return known + tuple(default_path(function.name, function.is_query) for function in rest)


class Shared:
    """What several routes share, and what runs beside them for as long as the application does."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.metrics = ApiMetrics()
        self.metrics.watch_intake(parts.queue, parts.feeder)
        self.audit = AuditLog(parts.service, parts.settings.audit_rows_max)
        self.programmes = ProgrammeOperators(parts.ledger, parts.reader_identity)
        self.memory = AnswerMemory(
            lambda: (parts.ledger.writes, parts.projector.seen, parts.projector.block),
            parts.settings.answers_kept_ms,
        )
        self.jobs = JobStore(parts.service)
        self.worker = JobWorker(self.jobs, parts.ledger)
        self.files = ExportFiles(parts.exports_folder)
        self.exporter = ExportWorker(self.jobs, self.files, parts.ledger, parts.store, parts.projector)
        self.hooks = WebhookStore(parts.service, parts.sealer)
        self.sender = WebhookSender(
            self.hooks,
            parts.store,
            self.programmes,
            parts.authenticator.standing_of,
            parts.settings.webhook_private_hosts,
        )
        self.prover = prover_of(parts.ledger, parts.settings)
        self.background = Background(
            {
                "intake": parts.feeder,
                "read-model": parts.projector,
                "audit-log": self.audit,
                "jobs": self.worker,
                "exports": self.exporter,
                "webhooks": self.sender,
            }
        )

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Feed the intake's queue into the ledger and follow its blocks; all of it ends with the application."""
        parts = self._parts
        await asyncio.to_thread(parts.queue.recover)
        await asyncio.to_thread(self.hooks.protect)
        self.background.start()
        try:
            yield
        finally:
            await self.background.stop()

    def stopped(self) -> dict[str, str]:
        """Which parts stand still, and why: the ledger's node where it is ours, and what runs in the background."""
        around = {"channel": self._parts.ledger_failure(), "log": self._parts.log_failure()}
        return {part: why for part, why in around.items() if why} | dict(self.background.failures)


def create_application(parts: Parts) -> FastAPI:
    """The ASGI application; its lifespan feeds the intake's queue into the ledger."""
    shared = Shared(parts)
    app = FastAPI(
        title="tanhui 碳惠",
        version="1",
        description=DESCRIPTION,
        lifespan=shared.lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    install_problem_handlers(app)
    app.add_middleware(
        TimedBodies,
        idle_s=parts.settings.body_idle_s,
        bytes_a_second_min=parts.settings.body_bytes_a_second_min,
    )
    app.add_middleware(HeadAsGet)
    app.add_middleware(
        Shell,
        metrics=shared.metrics,
        audit=shared.audit,
        authenticator=parts.authenticator,
        memory=shared.memory,
    )
    app.add_middleware(KnownHosts, public_url=parts.settings.public_url)
    resources = resources_of(parts.metadata)
    add_routes(app.router, _routers(parts, shared, resources))
    add_portal(
        app,
        ledger=parts.ledger,
        reader=parts.reader_identity,
        store=parts.store,
        projector=parts.projector,
        service=parts.service,
        settings=parts.settings,
        bundles=shared.prover,
        metadata=parts.metadata,
        resources=resources,
    )
    describe(app, parts.metadata)
    app.router.middleware_stack = RouteIndex(app.router)
    return app


def _routers(parts: Parts, shared: Shared, resources: tuple[Resource, ...]) -> list[APIRouter]:
    """The API's, in the order in which they are asked."""
    ledger, authenticator, settings = parts.ledger, parts.authenticator, parts.settings
    programmes, body_bytes_max = shared.programmes, settings.body_bytes_max
    own_writes = OwnWrites(parts.projector, settings.writes_shown_within_ms)
    contract, guard = APIRouter(), ObjectGuard(programmes)
    ContractRoutes(
        ledger, authenticator, parts.metadata, guard, own_writes=own_writes, body_bytes_max=body_bytes_max
    ).add_to(contract, resources)
    routers = [
        intake_routes(parts.queue, parts.feeder, authenticator, settings, parts.reader),
        contract,
        bulk_routes(ledger, authenticator, parts.metadata, own_writes, body_bytes_max),
        job_routes(
            shared.jobs,
            shared.worker,
            authenticator,
            parts.metadata,
            body_bytes_max=body_bytes_max,
            files=shared.files,
        ),
        export_routes(
            shared.jobs,
            shared.exporter,
            shared.files,
            authenticator,
            programmes=programmes,
            body_bytes_max=body_bytes_max,
        ),
        webhook_routes(shared.hooks, parts.store, authenticator, settings),
        report_routes(parts.store, parts.projector, ledger, authenticator, programmes),
        access_routes(authenticator, shared.audit),
        transaction_routes(ledger, authenticator),
        effect_routes(parts.store, parts.projector, ledger, authenticator, programmes),
        event_routes(ledger, authenticator, programmes, settings),
        offline_routes(ledger, authenticator, own_writes),
        operation_routes(ledger, shared.metrics.registry, shared.stopped),
        transfer_half_routes(ledger, authenticator, guard),
    ]
    if parts.sources is not None:
        routers.append(source_key_routes(parts.sources, ledger, authenticator))
    if settings.log_folder is not None:
        routers.append(log_routes(settings.log_folder, settings.anchors_file))
    if shared.prover is not None:
        routers.append(proof_routes(shared.prover, authenticator))
    return routers
