"""A request's body has a least rate: who drips it is told so and cut off, who sends millions of lines is not.

Only the time in which the server waits for more counts. While it reads, checks or writes what has come, however long
that takes, nothing is held against the sender.
"""

import asyncio
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanhui.registry_api.problems import ApiCode, Problem

BODY_LATE: Final = ApiCode(
    "api.body_late",
    408,
    "请求正文来得过慢:停顿不得超过 {seconds} 秒,平均每秒不得少于 {bytes} 字节",
    "The body comes too slowly: it may pause for {seconds} seconds, and must bring {bytes} bytes a second on average",
)

BODY_BROKEN: Final = ApiCode(
    "api.body_broken", 400, "请求正文在收全之前中断", "The connection ended before the body was whole"
)
"""Seen by nobody but metrics and tests: who would read it is gone."""


class TimedBodies:
    """ASGI middleware: 408 (RFC 9110, 15.5.9), and the connection's end, for a body that is late."""

    def __init__(self, app: ASGIApp, idle_s: float, bytes_a_second_min: int) -> None:
        """The first `idle_s` of waiting are free, so that a short body need not be a fast one."""
        self._app = app
        self._idle_s = idle_s
        self._bytes_a_second_min = bytes_a_second_min

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._idle_s, self._bytes_a_second_min)
        await self._app(scope, body.receive, body.send)


class _Body:
    """One request's body on its way in."""

    def __init__(self, receive: Receive, send: Send, idle_s: float, bytes_a_second_min: int) -> None:
        self._receive = receive
        self._send = send
        self._idle_s = idle_s
        self._bytes_a_second_min = bytes_a_second_min
        self._bytes = 0
        self._waited_s = 0.0
        self._awaited = True
        """Until the body is whole or the answer begins; after that whoever waits, waits for the client to leave."""
        self._late = False

    async def receive(self) -> Message:
        """The next message. Raises Problem: the body is late (408), or its sender is gone in the middle of it."""
        if not self._awaited:
            return await self._receive()
        earned_s = self._bytes / self._bytes_a_second_min
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(min(self._idle_s, self._idle_s + earned_s - self._waited_s)):
                message = await self._receive()
        except TimeoutError:
            self._late = True
            limits = {"seconds": f"{self._idle_s:g}", "bytes": str(self._bytes_a_second_min)}
            raise Problem(BODY_LATE, params=limits) from None
        if message["type"] == "http.disconnect":
            raise Problem(
                BODY_BROKEN
            )  # no fault of ours: without this, a traceback for each upload that breaks off
        self._waited_s += clock() - began
        self._bytes += len(message.get("body", b""))
        self._awaited = bool(message.get("more_body"))
        return message

    async def send(self, message: Message) -> None:
        """Send on; a body that was late is the connection's last."""
        if message["type"] == "http.response.start":
            self._awaited = False
            if self._late:
                MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)
