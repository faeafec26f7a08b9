"""One gRPC call on a connection, the server's side."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from tanhui.network.http2.limits import Limits
from tanhui.network.http2.request import Request
from tanhui.network.http2.status import INTERNAL, UNIMPLEMENTED, CallError
from tanhui.network.http2.stream import Carrier, Stream

QUEUED_BYTES_MAX: Final = 1 << 18
"""What a call that streams has waiting, before whoever serves it waits too."""


class Client(Carrier, Protocol):
    """The connection of whoever calls."""

    @property
    def peer(self) -> str:
        """Its address, for logs."""

    @property
    def certificate(self) -> bytes | None:
        """Its TLS certificate, DER."""

    def set_busy(self, stream: int, is_busy: bool) -> None:
        """Whether reads may wait for one another, for this call's sake."""


class Call(Stream):
    """From its request headers to its trailers.

    Attributes:
        request: what its headers say.
        on_close: called when the client is gone, or has given the call up, before it was answered.
    """

    def __init__(self, client: Client, request: Request, limits: Limits) -> None:
        super().__init__(client, request.stream, limits.message_bytes_max, limits.call_window_bytes)
        self.request = request
        self.on_close: Callable[[], object] | None = None
        self._client = client
        self._drained: asyncio.Future[None] | None = None

    @property
    def peer(self) -> str:
        """The client's address, for logs."""
        return self._client.peer

    @property
    def certificate(self) -> bytes | None:
        """The client's TLS certificate, DER; None where it showed none."""
        return self._client.certificate

    async def drained(self) -> None:
        """Wait, where much is queued, until the client's windows took it."""
        if self.queued_bytes >= QUEUED_BYTES_MAX and not self.closed:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    def set_busy(self, is_busy: bool) -> None:
        """Say whether messages may wait for one another."""
        self._client.set_busy(self.number, is_busy)

    async def listen(self, receive: Callable[[bytes], None]) -> None:
        """Hand every message to `receive` as it comes; done when the client closed its side.

        What `receive` raises ends it. Raises CallError for a message that may not be.
        """
        self._receive = receive
        while self._arrived:
            receive(self._arrived.popleft())
        self._taken()
        while await self._more():
            pass

    async def only_message(self) -> bytes:
        """The message of a call that has one. Raises CallError for none, for two, and for one that may not be."""
        while len(self._arrived) < 2 and await self._more():
            pass
        if len(self._arrived) != 1:
            raise CallError(UNIMPLEMENTED, f"{len(self._arrived)} messages in a call that takes one")
        return self._arrived.popleft()

    def end(self) -> None:
        """The client sends no more."""
        if not self._messages.is_between and self._fault is None:
            self._fault = CallError(INTERNAL, "the call ended within a message")
        self.is_ended = True
        self._wake()

    def close(self) -> None:
        """The client is gone, or gave the call up."""
        self.retire()
        if self.on_close is not None:
            self.on_close()

    def emptied(self) -> None:
        """See Sending."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
