"""One gRPC call, the client's side: one message out, one or many back."""

import asyncio
from typing import Final, Protocol

from tanhui.network.http2.client.outcome import of_trailers, stranger
from tanhui.network.http2.header_blocks import Headers
from tanhui.network.http2.status import CANCELLED, DEADLINE_EXCEEDED, INTERNAL, OK, CallError, Status
from tanhui.network.http2.stream import Carrier, Stream

_GIVEN_UP: Final = Status(CANCELLED, "given up here")
WINDOW_BYTES: Final = 1 << 20
"""How much a server may send on a call before it was taken."""


class Server(Carrier, Protocol):
    """The connection to whoever is called."""

    def give_up(self, call: "Call", status: Status) -> None:
        """End a call before its time, and say so; nothing where it is over."""


class Call(Stream):
    """From its request headers to its trailers.

    Attributes:
        method: "/service/Method".
        was_begun: False once the server has said that it did nothing about it: it may be asked again.
    """

    def __init__(self, server: Server, number: int, method: str, message_bytes_max: int) -> None:
        super().__init__(server, number, message_bytes_max, WINDOW_BYTES)
        self.method = method
        self.was_begun = True
        self.headers_sent = True
        self.ends_with_data = True
        self._server = server
        self._is_headed = False
        self._only: bytes | None = None
        self._timer: asyncio.TimerHandle | None = None

    # What whoever calls does.

    def expire_after(self, timeout_s: float) -> None:
        """End with DEADLINE_EXCEEDED unless it was answered by then."""
        self._timer = asyncio.get_running_loop().call_later(timeout_s, self._expire, timeout_s)

    async def only_answer(self) -> bytes:
        """The message of an answer that has one; to be awaited at once. Raises CallError."""
        self._receive = self._take_only
        while await self._more():
            pass
        if self._only is None:
            raise CallError(INTERNAL, f"{self.method}: an answer without a message")
        return self._only

    def give_up(self) -> None:
        """End it before its time; nothing where it is over."""
        self._server.give_up(self, _GIVEN_UP)

    # What the connection does.

    def headed(self, found: Headers) -> Status | None:
        """The answer's headers, or its trailers; how it ended, None while it goes on."""
        if not self._is_headed:
            is_informational = found.names.get(":status", "").startswith("1")
            if is_informational and not found.is_last:  # the headers follow
                return None
            self._is_headed = True
            status = stranger(found.names)
            if status is not None:
                return status
        elif not found.is_last:
            return Status(INTERNAL, "headers in the middle of an answer")
        return of_trailers(found.names) if found.is_last else None

    def over(self, status: Status) -> None:
        """It has ended so, once what came before was read."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if status.code == OK and not self._messages.is_between:
            status = Status(INTERNAL, f"{self.method}: the answer ended within a message")
        if status.code != OK and self._fault is None:
            self._fault = CallError(*status)
        self.retire()

    def _expire(self, timeout_s: float) -> None:
        late = f"{self.method}: no answer within {timeout_s:g} s"
        self._server.give_up(self, Status(DEADLINE_EXCEEDED, late))

    def _take_only(self, message: bytes) -> None:
        if self._only is not None:
            raise CallError(INTERNAL, f"{self.method}: a second message in an answer that has one")
        self._only = message
