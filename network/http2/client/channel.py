"""A channel to one server: asks over the connection there is, and again elsewhere what a server did nothing about.

A call that finds no connection waits for it, up to a limit, instead of failing at once: a server may come up after its
clients.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from tanhui.network.http2.client.call import Call
from tanhui.network.http2.client.deadline import Deadline
from tanhui.network.http2.client.dialler import ChannelOptions, Dialler
from tanhui.network.http2.status import DEADLINE_EXCEEDED, CallError
from tanhui.network.http2.tls import TlsOptions

ASKED_MAX: Final = 3
"""How often a call is sent that servers did nothing about."""


class Channel:
    """To one endpoint, host:port. Belongs to the event loop in which it is first used; close it at the end."""

    def __init__(self, endpoint: str, tls: TlsOptions | None, options: ChannelOptions) -> None:
        """Nothing is dialled yet. Without `tls` it speaks in the clear, which belongs on loopback only.

        Raises:
            ValueError: the endpoint is not host:port, or a name, a certificate or a key cannot be read.
        """
        self._dialler = Dialler(endpoint, tls, options)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def unary(self, method: str, message: bytes, timeout_s: float | None) -> bytes:
        """One message, one answer. Raises CallError, and ValueError for a time that is no number."""
        deadline = self._deadline(timeout_s)
        for asked in range(ASKED_MAX):
            call = await self._begun(method, message, deadline)
            try:
                return await call.only_answer()
            except CallError:
                if call.was_begun or asked + 1 == ASKED_MAX:
                    raise
            finally:
                call.give_up()
        raise AssertionError("the last attempt returns or raises")

    async def stream(
        self, method: str, message: bytes, timeout_s: float | None
    ) -> AsyncGenerator[bytes, None]:
        """One message, many answers; closing it gives the call up. Raises as `unary`."""
        deadline = self._deadline(timeout_s)
        for asked in range(ASKED_MAX):
            call = await self._begun(method, message, deadline)
            try:
                async for answer in call.messages():
                    yield answer
            except CallError:
                if call.was_begun or asked + 1 == ASKED_MAX:
                    raise
            else:
                return
            finally:
                call.give_up()

    async def close(self) -> None:
        """Hang up; calls under way are cancelled."""
        if self._loop is not None:
            self._require_loop()
        await self._dialler.close()

    def _deadline(self, timeout_s: float | None) -> Deadline:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        self._require_loop()
        return Deadline(self._loop, timeout_s)

    def _require_loop(self) -> None:
        """What waits in one event loop is never woken by another."""
        if self._loop is not asyncio.get_running_loop():
            raise RuntimeError("a channel belongs to the event loop in which it was first used")

    async def _begun(self, method: str, message: bytes, deadline: Deadline) -> Call:
        current = self._dialler.current
        if current is not None and current.takes_calls and current.has_room:
            return current.begin(method, message, deadline.left_s)
        connection = await self._dialler.connected(deadline.left_s)
        while not connection.has_room:
            try:
                async with asyncio.timeout_at(deadline.at_s):
                    is_promised = await connection.room()
            except TimeoutError:
                late = f"{method}: no room on the connection within {deadline.timeout_s:g} s"
                raise CallError(DEADLINE_EXCEEDED, late) from None
            if is_promised:
                break
            connection = await self._dialler.connected(deadline.left_s)
        return connection.begin(method, message, deadline.left_s)
