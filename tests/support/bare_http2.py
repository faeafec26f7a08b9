"""A client and a server that speak HTTP/2 frame by frame, and say exactly what they are told to."""

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


class Bare:
    """One connection, either end of it."""

    preface = b""
    """What the other end says first."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self._frames = FrameReader(1 << 24, self.preface)
        self._found: list[Frame] = []
        self.messages = MessageReader(1 << 30)

    def say(self, *parts: bytes) -> None:
        self._writer.write(b"".join(parts))

    async def pushed(self) -> None:
        """Until the socket took what was said."""
        await self._writer.drain()

    def block(self, stream: int, headers: list[tuple[str, str]], flags: int = frames.END_HEADERS) -> bytes:
        """A HEADERS frame, to be said at once: header blocks are read in the order of their making."""
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

    def headers(self, found: Frame) -> dict[str, str]:
        return {str(name): str(value) for name, value in self.decoder.decode(found.payload)}


class BareClient(Bare):
    """Its client's end."""

    def begin(self, windows: dict[int, int] | None = None) -> None:
        self.say(frames.PREFACE, frames.settings(windows or {}))

    def ask(self, headers: list[tuple[str, str]], stream: int = 1, flags: int = frames.END_HEADERS) -> None:
        self.say(self.block(stream, headers, flags))


class BareServer(Bare):
    """Its server's end: one that has accepted a connection, and read nothing of it."""

    preface = frames.PREFACE

    def welcome(self, settings: dict[int, int] | None = None) -> None:
        self.say(frames.settings(settings or {}), frames.frame(frames.SETTINGS, frames.ACK, 0))

    async def asked(self) -> tuple[int, dict[str, str]]:
        """The next call: its number and its headers."""
        found = await self.hear(frames.HEADERS)
        return found.stream, self.headers(found)

    def head(self, stream: int, *more: tuple[str, str], flags: int = 0) -> None:
        """An answer's headers."""
        fields = [(":status", "200"), ("content-type", "application/grpc"), *more]
        self.say(self.block(stream, fields, frames.END_HEADERS | flags))

    def end(self, stream: int, *more: tuple[str, str], status: str = "0") -> None:
        """Its trailers."""
        fields = [("grpc-status", status), *more]
        self.say(self.block(stream, fields, frames.END_HEADERS | frames.END_STREAM))

    async def serve(self, message: bytes) -> None:
        """Answer the next call."""
        stream, _ = await self.asked()
        self.answer(stream, message)

    def answer(self, stream: int, *messages: bytes) -> None:
        self.head(stream)
        self.data(*messages, stream=stream)
        self.end(stream)
