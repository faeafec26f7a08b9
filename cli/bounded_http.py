"""HTTP/1.1 as uvicorn reads it, with bounds that it lacks: how long a request's head may be, and how late.

uvicorn's faster parser takes a head of any size and waits for its end for ever, so that anybody who reaches the port
fills memory with one header, or holds every connection open by a byte now and then. A body that somebody reads is timed
where it is read (registry_api/timed_bodies.py); one that was answered unread is not awaited for ever either.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX: Final = 64 << 10
"""Of a head, or of what else is no body: chunk sizes and trailers. They are read in parts of at most 256 KiB."""
HEAD_S_MAX: Final = 20.0
"""From a connection's beginning, or a request's first byte, until its headers are whole."""
UNREAD_S_MAX: Final = 30.0
"""From an answer's end until the rest of a body, which nobody reads, is whole. Who sends on meanwhile reads the answer
yet: closed at once, it might be lost on its way (RFC 9112, 9.6)."""

_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)
_TOO_LATE: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection. What the parser was given without handing on head or body is counted."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._unparsed_bytes = 0
        self._late: asyncio.TimerHandle | None = None
        self._body_is_open = False
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """The first head is awaited from now on."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._head_is_there()
        self._body_is_whole()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, but no more of a head, or of trailers, that has no end."""
        if self._unparsed_bytes > HEAD_BYTES_MAX:
            self._refuse(_TOO_LARGE)
            return
        self._unparsed_bytes += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Of a request's first byte."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._unparsed_bytes = 0
        self._head_is_there()
        self._body_is_open = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._unparsed_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._unparsed_bytes = 0
        self._body_is_whole()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request was answered; of the newest one there may be more to come."""
        super().on_response_complete()
        if self._body_is_open and self.cycle.response_complete and not self.transport.is_closing():
            self._unread = self.loop.call_later(UNREAD_S_MAX, self.transport.close)

    def _await_head(self) -> None:
        self._head_is_there()
        self._late = self.loop.call_later(HEAD_S_MAX, self._refuse, _TOO_LATE)

    def _head_is_there(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _body_is_whole(self) -> None:
        self._body_is_open = False
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            cycle: Any = self.cycle  # None before the first request, whatever uvicorn declares
            if cycle is None or cycle.response_complete:
                self.transport.write(answer)
            self.transport.close()
