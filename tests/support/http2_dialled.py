"""Our channel, and whom it dials: a scripted server, or one that serves a method of each shape."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tanhui.network.http2.client.channel import Channel
from tanhui.network.http2.client.connection import Keepalive
from tanhui.network.http2.client.dialler import ChannelOptions
from tanhui.network.http2.status import CallError
from tests.support.bare_http2 import BareServer

ECHO = "/t.T/Echo"
MESSAGE_BYTES_MAX = 1 << 20
OPTIONS = ChannelOptions(MESSAGE_BYTES_MAX, connect_wait_s=5.0, redial_first_s=0.01)


def quick(interval_s: float, timeout_s: float) -> ChannelOptions:
    return ChannelOptions(MESSAGE_BYTES_MAX, 5.0, 0.01, keepalive=Keepalive(interval_s, timeout_s))


def asking(channel: Channel, message: bytes = b"hello", timeout_s: float | None = 10) -> asyncio.Task[bytes]:
    return asyncio.create_task(channel.unary(ECHO, message, timeout_s))


async def refused(task: asyncio.Task[bytes]) -> CallError:
    with pytest.raises(CallError) as failed:
        await task
    return failed.value


class Listening:
    """A port, and who has dialled it."""

    def __init__(self) -> None:
        self.port = 0
        self._dialled: asyncio.Queue[BareServer] = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._dialled.put_nowait(BareServer(reader, writer))

    async def dialled(self) -> BareServer:
        """The next who dials, and hears nothing."""
        return await asyncio.wait_for(self._dialled.get(), 10)

    async def accepted(self, settings: dict[int, int] | None = None) -> BareServer:
        """The next who dials, made welcome."""
        server = await self.dialled()
        server.welcome(settings)
        return server

    @property
    def waiting(self) -> int:
        """Who dialled and was not accepted yet."""
        return self._dialled.qsize()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def scripted(options: ChannelOptions = OPTIONS) -> AsyncIterator[tuple[Listening, Channel]]:
    listening = Listening()
    server = await asyncio.start_server(listening.accept, "127.0.0.1", 0)
    listening.port = server.sockets[0].getsockname()[1]
    channel = Channel(f"127.0.0.1:{listening.port}", None, options)
    try:
        yield listening, channel
    finally:
        await channel.close()
        listening.hang_up()
        server.close()
        await server.wait_closed()
