"""The application: everything that answers HTTP, put together from the parts it is given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.queue import IntakeQueue
from tanhui.registry_api.intake.reading import ActivityReader, AsTheyCome
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.metrics import ApiMetrics
from tanhui.registry_api.problems import install_problem_handlers
from tanhui.registry_api.proofs.prover import prover_of
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.routes.contract_routes import ContractRoutes
from tanhui.registry_api.routes.effects import effect_routes
from tanhui.registry_api.routes.events import event_routes
from tanhui.registry_api.routes.intake import intake_routes
from tanhui.registry_api.routes.log import log_routes
from tanhui.registry_api.routes.offline import offline_routes
from tanhui.registry_api.routes.operations import operation_routes
from tanhui.registry_api.routes.proofs import proof_routes
from tanhui.registry_api.routes.resource import Resource, default_path
from tanhui.registry_api.routes.resources import RESOURCES
from tanhui.registry_api.routes.transactions import transaction_routes
from tanhui.registry_api.settings import ApiSettings

DESCRIPTION = """Carbon points and emission-reduction credits on a permissioned ledger.

Amounts are decimal strings in whole units (points, grams, kilograms CO2e, fen). Every write needs an
`Idempotency-Key` and is safe to repeat. Errors are RFC 9457 problems in Chinese or English, as asked for by
`Accept-Language`."""

_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "field": {"type": "string"},
        "value": {"type": "string"},
        "params": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["type", "title", "status", "detail", "code"],
}


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
    settings: ApiSettings
    reader: ActivityReader = field(default_factory=AsTheyCome)


def resources_of(metadata: ContractMetadata) -> tuple[Resource, ...]:
    """The map, and for functions that it does not name their default path."""
    known = tuple(resource for resource in RESOURCES if resource.function in metadata.functions)
    named = {resource.function for resource in known}
    rest = (f for name, f in sorted(metadata.functions.items()) if name not in named)
    return known + tuple(default_path(function.name, function.is_query) for function in rest)


def create_application(parts: Parts) -> FastAPI:
    """The ASGI application; its lifespan feeds the intake's queue into the ledger."""
    metrics = ApiMetrics()
    metrics.watch_intake(parts.queue, parts.feeder)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(parts.queue.recover)
        tasks = [asyncio.create_task(run()) for run in (parts.feeder.run, parts.projector.run)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="tanhui 碳惠",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    install_problem_handlers(app)
    app.middleware("http")(metrics.measure)
    app.middleware("http")(_security_headers)
    contract_router = APIRouter()
    ContractRoutes(parts.ledger, parts.authenticator, parts.metadata, parts.settings.body_bytes_max).add_to(
        contract_router, resources_of(parts.metadata)
    )
    app.include_router(
        intake_routes(parts.queue, parts.feeder, parts.authenticator, parts.settings, parts.reader)
    )
    app.include_router(contract_router)
    app.include_router(transaction_routes(parts.ledger, parts.authenticator))
    app.include_router(effect_routes(parts.store, parts.projector, parts.ledger, parts.authenticator))
    app.include_router(event_routes(parts.ledger, parts.authenticator, parts.settings.event_streams_max))
    app.include_router(offline_routes(parts.ledger, parts.authenticator))
    app.include_router(operation_routes(parts.ledger, metrics.registry))
    if parts.settings.log_folder is not None:
        app.include_router(log_routes(parts.settings.log_folder, parts.settings.anchors_file))
    prover = prover_of(parts.ledger, parts.settings)
    if prover is not None:
        app.include_router(proof_routes(prover, parts.authenticator))
    _describe(app, parts.metadata)
    return app


async def _security_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response


def _describe(app: FastAPI, metadata: ContractMetadata) -> None:
    """OpenAPI 3.1 with the contract's schemas among the components."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update(metadata.schemas)
            components["schemas"]["Problem"] = _PROBLEM_SCHEMA
            components["securitySchemes"] = {"accessKey": {"type": "http", "scheme": "bearer"}}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the schema
