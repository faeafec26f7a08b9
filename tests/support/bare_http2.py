"""A client that speaks HTTP/2 frame by frame, and says exactly what it is told to."""

import asyncio

import hpack

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import Frame, FrameReader, MessageReader


def request(method: str, **more: str) -> list[tuple[str, str]]:
    """The headers of a gRPC call; `more` with underscores for hyphens."""
    return [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", method),
        (":authority", "here"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        *((name.replace("_", "-"), value) for name, value in more.items()),
    ]


class BareClient:
    """One connection."""

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

    async def pushed(self) -> None:
        """Until the socket took what was said."""
        await self._writer.drain()

    def begin(self, windows: dict[int, int] | None = None) -> None:
        self.say(frames.PREFACE, frames.settings(windows or {}))

    def ask(self, headers: list[tuple[str, str]], stream: int = 1, flags: int = frames.END_HEADERS) -> None:
        self.say(self.asked(headers, stream, flags))

    def asked(self, headers: list[tuple[str, str]], stream: int, flags: int = frames.END_HEADERS) -> bytes:
        """The frame that begins a call, to be said at once: header blocks are read in the order of their making."""
        return frames.frame(frames.HEADERS, flags, stream, self._encoder.encode(headers))

    def hang_up(self) -> None:
        self._writer.transport.abort()

    def data(self, *messages: bytes, stream: int = 1, flags: int = 0) -> None:
        """Messages in one DATA frame."""
        framed = b"".join(frames.grpc_header(len(raw)) + raw for raw in messages)
        self.say(frames.frame(frames.DATA, flags, stream, framed))

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

    async def hung_up(self) -> bool:
        while data := await asyncio.wait_for(self._reader.read(1 << 16), 10):
            self._found += self._frames.feed(data)
        return True

    def trailers(self, found: Frame) -> dict[str, str]:
        return {str(name): str(value) for name, value in self.decoder.decode(found.payload)}
