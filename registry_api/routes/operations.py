"""For those who run the service: is it alive, is it ready, and its figures for Prometheus."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import LedgerRefusal, Problem


def operation_routes(ledger: Ledger, metrics: CollectorRegistry) -> APIRouter:
    """GET /healthz, /readyz and /metrics."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", operation_id="operations_Health")
    async def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "OK"}

    @router.get("/readyz", operation_id="operations_Ready")
    async def ready() -> JSONResponse:
        """The ledger answers too: its height, or 503."""
        try:
            height = await ledger.height()
        except (Problem, LedgerRefusal) as problem:
            return JSONResponse({"status": "unavailable", "reason": str(problem)}, 503)
        return JSONResponse({"status": "OK", "height": str(height)})

    @router.get("/metrics", operation_id="operations_Metrics", response_class=Response)
    def figures() -> Response:
        """Prometheus text format."""
        return Response(generate_latest(metrics), media_type=CONTENT_TYPE_LATEST)

    return router
