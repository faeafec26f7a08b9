"""The shim's HTTP/2 endpoint spoken to frame by frame: windows, pings, refusals, floods, and a peer that hangs up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import hpack
import pytest
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.shim import ServiceSettings, frames
from tanhui.chaincode.shim.connection import CONTROL_FRAMES_MAX, METHOD
from tanhui.chaincode.shim.frames import Frame, FrameReader, MessageReader
from tanhui.chaincode.shim.header_blocks import HEADER_BLOCK_BYTES_MAX
from tanhui.chaincode.shim.service import ChaincodeService
from tests.support.asynchronous import asynchronous
from tests.support.kit_chaincode import KitChaincode

M = ChaincodeMessage
REQUEST = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", METHOD),
    (":authority", "cc"),
    ("content-type", "application/grpc"),
    ("te", "trailers"),
]


class Peer:
    """A client of one connection that says exactly what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self._frames = FrameReader(1 << 24)
        list(self._frames.feed(frames.PREFACE))  # a server sends none; the reader wants one
        self._found: list[Frame] = []
        self.messages = MessageReader(1 << 30)
        self.ended = False

    def say(self, *parts: bytes) -> None:
        self._writer.write(b"".join(parts))

    def begin(self, windows: dict[int, int] | None = None) -> None:
        self.say(frames.PREFACE, frames.settings(windows or {}))

    def call(self, stream: int = 1, headers: list[tuple[str, str]] | None = None, flags: int = 4) -> None:
        self.say(frames.frame(frames.HEADERS, flags, stream, self._encoder.encode(headers or REQUEST)))

    def send(self, *messages: ChaincodeMessage, stream: int = 1) -> None:
        for message in messages:
            raw = message.SerializeToString()
            self.say(frames.frame(frames.DATA, 0, stream, frames.grpc_header(len(raw)) + raw))

    async def hear(self, *kinds: int) -> Frame:
        """The next frame of one of these kinds."""
        while True:
            while self._found:
                found = self._found.pop(0)
                if found.kind in kinds:
                    return found
            data = await asyncio.wait_for(self._reader.read(1 << 16), 10)
            assert data, "hung up"
            self._found += self._frames.feed(data)

    async def message(self, stream: int = 1) -> ChaincodeMessage:
        """The next message, which is alone in what arrives."""
        while True:
            found = await self.hear(frames.DATA)
            assert found.stream == stream
            arrived = self.messages.feed(found.payload)
            if arrived:
                (raw,) = arrived
                return M.FromString(raw)

    async def hung_up(self) -> bool:
        while data := await asyncio.wait_for(self._reader.read(1 << 16), 10):
            self._found += self._frames.feed(data)
        return True

    async def register(self, windows: dict[int, int] | None = None) -> None:
        self.begin(windows)
        self.call()
        assert (await self.message()).type == M.REGISTER
        self.send(M(type=M.REGISTERED), M(type=M.READY))

    def trailers(self, found: Frame) -> dict[str, str]:
        return {str(name): str(value) for name, value in self.decoder.decode(found.payload)}


@asynccontextmanager
async def talking(**options: float) -> AsyncIterator[Peer]:
    service = ChaincodeService(KitChaincode(), ServiceSettings("kit:1", "127.0.0.1:0", None), **options)
    port = await service.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        await service.stop(0.1)


def echo(size: int, txid: str = "t") -> ChaincodeMessage:
    payload = ChaincodeInput(args=[b"blow", str(size).encode()]).SerializeToString()
    return M(type=M.TRANSACTION, txid=txid, channel_id="c", payload=payload)


@asynchronous
async def test_registers_and_answers_over_bare_frames() -> None:
    async with talking() as peer:
        await peer.register()
        peer.send(echo(10))
        answer = await peer.message()
        assert (answer.type, answer.txid) == (M.COMPLETED, "t")


@asynchronous
async def test_an_answer_waits_for_the_peers_windows() -> None:
    """A stream window of 100 bytes, then more: 50,000 bytes arrive whole, and never more than was allowed."""
    async with talking() as peer:
        await peer.register({frames.SETTINGS_INITIAL_WINDOW: 100})
        peer.send(echo(50_000))
        allowed, got = 100, 0
        registered = 5 + len(M(type=M.REGISTER, payload=b"\n\x05kit:1").SerializeToString())
        got += registered
        answer = None
        while answer is None:
            if got == allowed:
                allowed += 9_000
                peer.say(frames.window_update(1, 9_000))
            found = await peer.hear(frames.DATA)
            got += len(found.payload)
            assert got <= allowed
            for raw in peer.messages.feed(found.payload):
                answer = M.FromString(raw)
        assert len(answer.payload) > 50_000


@asynchronous
async def test_another_method_and_another_protocol_are_refused_alone() -> None:
    async with talking() as peer:
        peer.begin()
        peer.call(1, [*REQUEST[:2], (":path", "/protos.Other/Method"), *REQUEST[3:]])
        found = await peer.hear(frames.HEADERS)
        assert found.flags & frames.END_STREAM
        assert peer.trailers(found)["grpc-status"] == "12"
        peer.call(3, [(":method", "GET"), *REQUEST[1:]])
        assert (await peer.hear(frames.RST_STREAM)).stream == 3
        peer.call(5)
        assert (await peer.message(5)).type == M.REGISTER


@asynchronous
async def test_what_a_peer_may_not_say_ends_the_stream_with_a_status() -> None:
    async with talking() as peer:
        await peer.register()
        peer.send(M(type=M.REGISTER))
        assert (await peer.message()).type == M.ERROR
        found = await peer.hear(frames.HEADERS)
        while not found.flags & frames.END_STREAM:
            found = await peer.hear(frames.HEADERS)
        trailers = peer.trailers(found)
        assert trailers["grpc-status"] == "9"
        assert trailers["grpc-message"].startswith("REGISTER from the peer")


@asynchronous
async def test_a_ping_is_answered_and_a_silent_peer_is_asked_and_let_go() -> None:
    async with talking(keepalive_s=0.1, keepalive_timeout_s=0.1) as peer:
        peer.begin()
        peer.say(frames.frame(frames.PING, 0, 0, b"12345678"))
        found = await peer.hear(frames.PING)
        assert (found.flags, found.payload) == (frames.ACK, b"12345678")
        assert (await peer.hear(frames.PING)).flags == 0
        with pytest.raises((AssertionError, ConnectionError)):
            await peer.hear(frames.GOAWAY)  # which does not come: nobody listens


@pytest.mark.parametrize(
    "broken",
    [
        frames.frame(frames.PING, 0, 0, b"short"),
        frames.frame(frames.SETTINGS, 0, 0, b"12345"),
        frames.settings({frames.SETTINGS_INITIAL_WINDOW: 1 << 31}),
        frames.settings({frames.SETTINGS_MAX_FRAME: 5}),
        frames.window_update(0, 0),
        frames.window_update(0, (1 << 31) - 1),
        frames.frame(frames.PUSH_PROMISE, 0, 1, b"1234"),
        frames.frame(frames.CONTINUATION, 0, 1, b""),
        frames.frame(frames.DATA, 0, 7, b""),
        frames.frame(frames.HEADERS, 4, 2, b"\x82"),
        frames.frame(frames.HEADERS, 4, 1, b"\xff\xff\xff\xff\xff\xff"),
        frames.frame(frames.HEADERS, 0, 1, b"\x82") + frames.frame(frames.PING, 0, 0, bytes(8)),
        frames.frame(frames.HEADERS, 0, 1, b"\x82")
        + frames.frame(frames.CONTINUATION, 0, 1, bytes(1 << 15)) * (HEADER_BLOCK_BYTES_MAX // (1 << 15) + 1),
        frames.frame(frames.PING, frames.ACK, 0, bytes(8)) * (CONTROL_FRAMES_MAX + 1),
        frames.frame_header(frames.DATA, 0, 1, 1 << 20),
    ],
    ids=range(15),
)
@asynchronous
async def test_broken_http_2_ends_the_connection_with_goaway(broken: bytes) -> None:
    async with talking() as peer:
        peer.begin()
        peer.say(broken)
        assert (await peer.hear(frames.GOAWAY)).payload[4:8] != bytes(4)
        assert await peer.hung_up()


@asynchronous
async def test_a_reset_stream_lets_its_transactions_go() -> None:
    async with talking() as peer:
        await peer.register()
        waiting = ChaincodeInput(args=[b"get", b"k"]).SerializeToString()
        peer.send(M(type=M.TRANSACTION, txid="t", channel_id="c", payload=waiting))
        assert (await peer.message()).type == M.GET_STATE
        peer.say(frames.rst_stream(1, frames.NO_ERROR))
        peer.call(3)
        found = await peer.message(3)
        assert found.type == M.REGISTER


@asynchronous
async def test_a_service_that_stops_says_so() -> None:
    service = ChaincodeService(KitChaincode(), ServiceSettings("kit:1", "127.0.0.1:0", None))
    port = await service.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    peer = Peer(reader, writer)
    await peer.register()
    stopping = asyncio.create_task(service.stop(0.05))
    assert (await peer.hear(frames.GOAWAY)).payload[4:8] == bytes(4)
    found = await peer.hear(frames.HEADERS)
    while not found.flags & frames.END_STREAM:
        found = await peer.hear(frames.HEADERS)
    assert await peer.hung_up()
    await stopping
    writer.close()
    await writer.wait_closed()
