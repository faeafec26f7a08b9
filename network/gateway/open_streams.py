"""The event streams that a gateway has opened, so that closing it ends them."""

import weakref
from typing import TypeVar

from tanhui.network.gateway.event_stream import EventStream

EventT = TypeVar("EventT")


class OpenStreams:
    """Remembers streams for as long as somebody else holds them."""

    def __init__(self) -> None:
        self._streams: weakref.WeakSet[EventStream[object]] = weakref.WeakSet()

    def keep(self, stream: EventStream[EventT]) -> EventStream[EventT]:
        """Remember a stream, and give it back."""
        self._streams.add(stream)  # type: ignore[arg-type]  # only closed here, whatever its events are
        return stream

    async def close(self) -> None:
        """End every stream."""
        for stream in list(self._streams):
            await stream.close()
