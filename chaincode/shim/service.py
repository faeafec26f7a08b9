"""Chaincode as a service: peers dial `protos.Chaincode/Connect`; each stream is a conversation of its own."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import structlog

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim.call_stream import CallStream
from tanhui.chaincode.shim.connection import Http2Connection
from tanhui.chaincode.shim.conversation import Conversation
from tanhui.chaincode.shim.endpoint import Endpoint
from tanhui.chaincode.shim.errors import ProtocolError, StreamClosedError
from tanhui.chaincode.shim.limits import MESSAGE_BYTES_MAX
from tanhui.chaincode.shim.settings import ServiceSettings, ServiceTls
from tanhui.chaincode.shim.time_window import TimeWindow

_log = structlog.get_logger(__name__)

KEEPALIVE_S: Final = 60.0
KEEPALIVE_TIMEOUT_S: Final = 20.0
"""As Fabric's Go server: ping a silent peer each minute, so that a stream survives hours without a transaction, and
take its pings however often they come."""
CONNECTIONS_MAX: Final = 1_000
_OK, _FAILED_PRECONDITION = 0, 9


class ChaincodeService:
    """A server for one chaincode."""

    def __init__(
        self,
        chaincode: Chaincode,
        settings: ServiceSettings,
        *,
        keepalive_s: float = KEEPALIVE_S,
        keepalive_timeout_s: float = KEEPALIVE_TIMEOUT_S,
    ) -> None:
        window_s = settings.time_window_s
        self._chaincode = chaincode if window_s is None else TimeWindow(chaincode, window_s)
        self._settings = settings
        self._keepalive_s = keepalive_s
        self._keepalive_timeout_s = keepalive_timeout_s
        self._context: ssl.SSLContext | None = None
        self._server: asyncio.Server | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._connections: set[Http2Connection] = set()

    async def start(self) -> int:
        """Listen; the port, which matters where the address asks for port 0."""
        host, _, port = self._settings.address.rpartition(":")
        tls = self._settings.tls
        if tls is None:
            _log.warning("service.without_tls", address=self._settings.address)
        self._context = None if tls is None else _context(tls)
        server = await asyncio.get_running_loop().create_server(
            self._endpoint, host.strip("[]") or None, int(port)
        )
        self._server = server
        self._keeper = asyncio.create_task(self._keep_alive(), name="shim-keepalive")
        listening: int = server.sockets[0].getsockname()[1]
        _log.info("service.listening", port=listening, package_id=self._settings.package_id)
        return listening

    async def stop(self, grace_s: float = 5.0) -> None:
        """Let running transactions end for `grace_s` seconds, then close every stream."""
        if self._server is None or self._keeper is None:
            return
        self._server.close()
        self._keeper.cancel()
        connections = list(self._connections)
        for connection in connections:
            connection.stop()
        await asyncio.gather(*(connection.finish(grace_s) for connection in connections))
        await asyncio.gather(self._keeper, return_exceptions=True)

    def _endpoint(self) -> asyncio.BaseProtocol:
        if len(self._connections) >= CONNECTIONS_MAX:
            _log.warning("service.full", connections=len(self._connections))
            return _Refusing()
        return Endpoint(self._context, self._connection)

    def _connection(self, endpoint: Endpoint) -> Http2Connection:
        return Http2Connection(endpoint, self._serve, MESSAGE_BYTES_MAX, self._connections)

    async def _serve(self, stream: CallStream) -> tuple[int, str]:
        settings = self._settings
        conversation = Conversation(stream, self._chaincode, settings.package_id, settings.transactions_max)
        try:
            await conversation.run()
        except ProtocolError as error:
            _log.error("conversation.broken", reason=str(error))
            return _FAILED_PRECONDITION, str(error)
        except StreamClosedError:
            _log.info("conversation.closed")
        return _OK, ""

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._keepalive_timeout_s)
            now_s = loop.time()
            for connection in list(self._connections):
                silent_s = now_s - connection.heard_s
                if silent_s >= self._keepalive_s + self._keepalive_timeout_s:
                    _log.warning("connection.silent", peer=connection.peer, seconds=round(silent_s))
                    connection.abort()
                elif silent_s >= self._keepalive_s:
                    connection.ping()


class _Refusing(asyncio.Protocol):
    """Hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def _context(tls: ServiceTls) -> ssl.SSLContext:
    """TLS 1.2 at least, HTTP/2 alone, and a certificate of the peer where roots are given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    with _file(tls.certificate) as certificate, _file(tls.private_key) as key:
        context.load_cert_chain(certificate, key)
    if tls.client_roots is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=tls.client_roots.decode("ascii"))
    return context


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    """A path to bytes that stay in memory: OpenSSL's interface here takes files alone."""
    descriptor = os.memfd_create("tanhui-tls", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


@asynccontextmanager
async def serving(chaincode: Chaincode, settings: ServiceSettings) -> AsyncIterator[int]:
    """A running service for the length of a block; yields the port."""
    service = ChaincodeService(chaincode, settings)
    port = await service.start()
    try:
        yield port
    finally:
        await service.stop()
