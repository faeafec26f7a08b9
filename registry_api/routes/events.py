"""Events of the ledger as server-sent events: one a valid transaction, resumed by Last-Event-ID."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import BUSY, MALFORMED, Problem
from tanhui.registry_api.read_model.visibility import Sight, is_visible
from tanhui.registry_api.routes.sight import sight_of
from tanhui.registry_api.settings import ApiSettings

PING_S = 15
BLOCK_MAX = 2**63 - 1
_EVENT_ID = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


def position_of(event_id: str) -> tuple[int, str]:
    """Block number and transaction id of an event id, `block:transaction`. Raises Problem (400)."""
    found = _EVENT_ID.fullmatch(event_id)
    if found is None:
        raise Problem(
            MALFORMED, name="Last-Event-ID", value=event_id[:100], params={"reason": "no event's id"}
        )
    return int(found[1]), found[2]


class Streams:
    """How many streams are open, in all and for each key."""

    def __init__(self, streams_max: int, a_key_max: int) -> None:
        self._streams_max = streams_max
        self._a_key_max = a_key_max
        self._open: Counter[str] = Counter()

    def take(self, key_id: str) -> None:
        """One more. Raises Problem (429) when the key or all together have too many."""
        if self._open[key_id] >= self._a_key_max or self._open.total() >= self._streams_max:
            raise Problem(BUSY, params={"seconds": "5"}, headers={"Retry-After": "5"})
        self._open[key_id] += 1

    def give_back(self, key_id: str) -> None:
        """One less."""
        self._open[key_id] -= 1
        if not self._open[key_id]:
            del self._open[key_id]


class _Stream(EventSourceResponse):
    """Calls `ended` however it ends, even when its reader is gone before the first event."""

    ended: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.ended()


def visible_payload(payload: bytes, sight: Sight | None) -> str:
    """The event's JSON without effects that are others' to see; None hides nothing."""
    text = payload.decode("utf-8", "replace")
    if sight is None:
        return text
    document = json.loads(text)
    shown = [one for one in document["effects"] if is_visible(one, sight)]
    if len(shown) == len(document["effects"]):
        return text
    return json.dumps({**document, "effects": shown}, ensure_ascii=False, separators=(",", ":"))


def event_routes(
    ledger: Ledger, authenticator: Authenticator, programmes: ProgrammeOperators, settings: ApiSettings
) -> APIRouter:
    """GET the stream."""
    router = APIRouter(prefix="/v1/events", tags=["events"])
    streams = Streams(settings.event_streams_max, settings.event_streams_a_key_max)

    @router.get("", operation_id="events_Stream", response_class=EventSourceResponse)
    async def stream(
        request: Request, start_block: Annotated[int | None, Query(ge=0, le=BLOCK_MAX)] = None
    ) -> EventSourceResponse:
        """The effects of every valid transaction, from `start_block`, after Last-Event-ID, or from now on.

        Event name: the chaincode's. Id: `block:transaction`. Data: the event's JSON payload, in which effects on
        persons' accounts stand for their programme's operator and for supervisors only.
        """
        caller = authenticator.require(request)
        after: str | None = None
        last = request.headers.get("last-event-id")
        if last:
            start_block, after = position_of(last)
        await sight_of(request, caller, programmes)
        streams.take(caller.key_id)

        async def events() -> AsyncIterator[ServerSentEvent]:
            async for event in ledger.events(start_block, after):
                if not authenticator.still_knows(request, caller):
                    return
                seen = await sight_of(request, caller, programmes)
                yield ServerSentEvent(
                    visible_payload(event.payload, seen),
                    event=event.name,
                    id=f"{event.block}:{event.transaction_id}",
                )
                # While events are at hand nothing else waits: the loop must get to see a reader that has gone away.
                await asyncio.sleep(0)

        response = _Stream(events(), ping=PING_S)
        response.ended = partial(streams.give_back, caller.key_id)
        return response

    return router
