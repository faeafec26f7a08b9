"""A way to a server that can be cut: the tests' stand-in for a gateway that goes away and comes back."""

import asyncio
import contextlib

from tanhui.network.gateway.loop_thread import LoopThread

CHUNK_BYTES = 1 << 16


class Relay:
    """Listens on loopback and carries bytes to `port` on loopback; used from tests without a loop."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._loop = LoopThread()
        self._connections: set[asyncio.Task[None]] = set()
        self.carried = 0
        self._server = self._loop.run(self._listen(0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Nobody listens any more, and every connection breaks."""
        self._loop.run(self._close())

    def mend(self) -> None:
        """Listen again on the same port."""
        self._server = self._loop.run(self._listen(self.port))

    def close(self) -> None:
        self.cut()
        self._loop.close()

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._carry, "127.0.0.1", port)

    async def _close(self) -> None:
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                ways = [self._copy(reader, far_writer), self._copy(far_reader, writer)]
                await asyncio.wait(map(asyncio.ensure_future, ways), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in (writer, far_writer):
                    each.transport.abort()
        self._connections.discard(task)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                writer.write(data)
                await writer.drain()
                self.carried += len(data)
