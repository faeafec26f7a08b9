"""A peer that speaks HTTP/2 to the shim frame by frame, and says exactly what it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import hpack
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.shim import ServiceSettings, frames
from tanhui.chaincode.shim.connection import METHOD
from tanhui.chaincode.shim.frames import Frame, FrameReader, MessageReader
from tanhui.chaincode.shim.service import ChaincodeService
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
async def talking(time_window_s: int | None = None, **options: float) -> AsyncIterator[Peer]:
    settings = ServiceSettings("kit:1", "127.0.0.1:0", None, time_window_s=time_window_s)
    service = ChaincodeService(KitChaincode(), settings, **options)
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
