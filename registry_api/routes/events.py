"""Events of the ledger as server-sent events: one a valid transaction, resumed by Last-Event-ID."""

import asyncio
import re
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import BUSY, MALFORMED, Problem

PING_S = 15
_EVENT_ID = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def position_of(event_id: str) -> tuple[int, str]:
    """Block number and transaction id of an event id, `block:transaction`. Raises Problem (400)."""
    found = _EVENT_ID.fullmatch(event_id)
    if found is None:
        raise Problem(
            MALFORMED, name="Last-Event-ID", value=event_id[:100], params={"reason": "no event's id"}
        )
    return int(found[1]), found[2]


def event_routes(ledger: Ledger, authenticator: Authenticator, streams_max: int) -> APIRouter:
    """GET the stream."""
    router = APIRouter(prefix="/v1/events", tags=["events"])
    free = asyncio.Semaphore(streams_max)

    @router.get("", operation_id="events_Stream", response_class=EventSourceResponse)
    async def stream(request: Request, start_block: int | None = None) -> EventSourceResponse:
        """The effects of every valid transaction, from `start_block`, after Last-Event-ID, or from now on.

        Event name: the chaincode's. Id: `block:transaction`. Data: the event's JSON payload.
        """
        authenticator.require(request)
        after: str | None = None
        last = request.headers.get("last-event-id")
        if last:
            start_block, after = position_of(last)
        if start_block is not None and not 0 <= start_block < 1 << 63:
            raise Problem(
                MALFORMED, name="start_block", value=str(start_block)[:30], params={"reason": "out of range"}
            )
        if free.locked():
            raise Problem(BUSY, params={"seconds": "5"}, headers={"Retry-After": "5"})
        await free.acquire()

        async def events() -> AsyncIterator[ServerSentEvent]:
            try:
                async for event in ledger.events(start_block, after):
                    yield ServerSentEvent(
                        event.payload.decode("utf-8", "replace"),
                        event=event.name,
                        id=f"{event.block}:{event.transaction_id}",
                    )
            finally:
                free.release()

        return EventSourceResponse(events(), ping=PING_S)

    return router
