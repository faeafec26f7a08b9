"""A service with one method for each shape of a call, and clients that dial it or talk to it frame by frame."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import grpc.aio

from tanhui.network.http2.call import Call
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.server import Server
from tanhui.network.http2.status import Status
from tests.support.bare_http2 import BareClient

MESSAGE = 100_000
DETAILS = bytes(range(256)) * 100
LIMITS = Limits(MESSAGE * 100, streams_max=3, call_window_bytes=MESSAGE)


class Methods:
    """A service with one method for each shape of a call."""

    def __init__(self) -> None:
        self.cut_off: list[str] = []
        self.was_cut_off = asyncio.Event()
        self.most_queued = 0
        self.sent = 0
        self.taken = 0
        self.go_on = asyncio.Event()

    async def serve(self, call: Call) -> Status:
        name = call.request.method.rpartition("/")[2]
        try:
            return await getattr(self, name)(call)  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            self.cut_off.append(name)
            self.was_cut_off.set()
            raise

    async def echo(self, call: Call) -> Status:
        call.send(await call.only_message())
        return Status()

    async def each(self, call: Call) -> Status:
        async for message in call.messages():
            self.taken += 1
            call.send(message)
            await call.drained()
        return Status()

    async def slowly(self, call: Call) -> Status:
        await self.go_on.wait()
        async for _ in call.messages():
            self.taken += 1
        return Status()

    async def many(self, call: Call) -> Status:
        for _ in range(int(await call.only_message())):
            call.send(bytes(MESSAGE))
            self.sent += 1
            self.most_queued = max(self.most_queued, call.queued_bytes)
            await call.drained()
        return Status()

    async def wait(self, call: Call) -> Status:
        task = asyncio.current_task()
        assert task is not None
        call.on_close = task.cancel
        await asyncio.Event().wait()
        return Status()

    async def fail(self, call: Call) -> Status:
        raise ValueError("what the log says and the client does not hear")

    async def refuse(self, call: Call) -> Status:
        return Status(9, "nicht möglich: 100 %\n" + "碳" * 3_000, DETAILS)


@asynccontextmanager
async def serving(limits: Limits = LIMITS) -> AsyncIterator[tuple[Methods, int]]:
    tested = Methods()
    server = Server(tested.serve, limits, None)
    port = await server.start("127.0.0.1", 0)
    try:
        yield tested, port
    finally:
        await server.stop(0.1)


@asynccontextmanager
async def dialled(limits: Limits = LIMITS) -> AsyncIterator[tuple[Methods, grpc.aio.Channel]]:
    """gRPC's own client, of the C core."""
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_metadata_size", 1 << 20)]
    async with (
        serving(limits) as (tested, port),
        grpc.aio.insecure_channel(f"127.0.0.1:{port}", options) as channel,
    ):
        yield tested, channel


def unary(channel: grpc.aio.Channel, name: str) -> grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]:
    return channel.unary_unary(f"/t.T/{name}")


def both_ways(channel: grpc.aio.Channel, name: str) -> grpc.aio.StreamStreamCall[bytes, bytes]:
    method: grpc.aio.StreamStreamMultiCallable[bytes, bytes] = channel.stream_stream(f"/t.T/{name}")
    return method()


def many(channel: grpc.aio.Channel, number: int) -> grpc.aio.UnaryStreamCall[bytes, bytes]:
    method: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream("/t.T/many")
    return method(str(number).encode())


@asynccontextmanager
async def talking(limits: Limits = LIMITS) -> AsyncIterator[tuple[Methods, BareClient]]:
    async with serving(limits) as (tested, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield tested, BareClient(reader, writer)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
