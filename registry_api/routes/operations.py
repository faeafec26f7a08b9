"""For those who run the service: is it alive, is it ready, and its figures for Prometheus."""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import NOT_READY, LedgerRefusal, Problem

REASON_CHARACTERS_MAX: Final = 300


def operation_routes(
    ledger: Ledger, metrics: CollectorRegistry, stopped: Callable[[], Mapping[str, str]]
) -> APIRouter:
    """GET /healthz, /readyz and /metrics. `stopped`: which parts stand still, and why."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", operation_id="operations_Health")
    async def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "OK"}

    @router.get("/readyz", operation_id="operations_Ready")
    async def ready() -> dict[str, str]:
        """The ledger answers, its node commits and every part runs: its height, or 503 naming what has stopped."""
        for part, reason in stopped().items():
            raise _not_ready(part, reason)
        try:
            height = await ledger.height()
        except (Problem, LedgerRefusal) as problem:
            raise _not_ready("ledger", str(problem)) from problem
        return {"status": "OK", "height": str(height)}

    @router.get("/metrics", operation_id="operations_Metrics", response_class=Response)
    def figures() -> Response:
        """Prometheus text format."""
        return Response(generate_latest(metrics), media_type=CONTENT_TYPE_LATEST)

    return router


def _not_ready(part: str, reason: str) -> Problem:
    return Problem(NOT_READY, name="part", value=part, params={"reason": reason[:REASON_CHARACTERS_MAX]})
