"""Chaincode as a service: peers dial `protos.Chaincode/Connect`; each stream is a conversation of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim.conversation import Conversation
from tanhui.chaincode.shim.errors import ProtocolError, StreamClosedError
from tanhui.chaincode.shim.limits import MESSAGE_BYTES_MAX
from tanhui.chaincode.shim.settings import ServiceSettings
from tanhui.chaincode.shim.time_window import TimeWindow
from tanhui.network.http2.call import Call
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.server import Server
from tanhui.network.http2.status import UNIMPLEMENTED, Status
from tanhui.network.http2.tls import server_context

_log = structlog.get_logger(__name__)

KEEPALIVE_S: Final = 60.0
KEEPALIVE_TIMEOUT_S: Final = 20.0
"""As Fabric's Go server: ping a silent peer each minute, so that a stream survives hours without a transaction, and
take its pings however often they come."""
STREAMS_MAX: Final = 16
"""Calls at once on one connection; a peer opens one."""
WINDOW_BYTES: Final = 16 << 20
"""How much a peer may send before it was taken."""
METHOD: Final = "/protos.Chaincode/Connect"
_FAILED_PRECONDITION: Final = 9


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
        self._limits = Limits(
            MESSAGE_BYTES_MAX,
            STREAMS_MAX,
            call_window_bytes=WINDOW_BYTES,
            keepalive_s=keepalive_s,
            keepalive_timeout_s=keepalive_timeout_s,
        )
        self._server: Server | None = None

    async def start(self) -> int:
        """Listen; the port, which matters where the address asks for port 0."""
        host, _, port = self._settings.address.rpartition(":")
        tls = self._settings.tls
        if tls is None:
            _log.warning("service.without_tls", address=self._settings.address)
        server = Server(self._serve, self._limits, None if tls is None else server_context(tls))
        listening = await server.start(host.strip("[]") or None, int(port))
        self._server = server
        _log.info("service.listening", port=listening, package_id=self._settings.package_id)
        return listening

    async def stop(self, grace_s: float = 5.0) -> None:
        """Let running transactions end for `grace_s` seconds, then close every stream."""
        if self._server is not None:
            await self._server.stop(grace_s)

    async def _serve(self, call: Call) -> Status:
        if call.request.method != METHOD:
            return Status(UNIMPLEMENTED, f"unknown method {call.request.method}")
        settings = self._settings
        conversation = Conversation(call, self._chaincode, settings.package_id, settings.transactions_max)
        try:
            await conversation.run()
        except ProtocolError as error:
            _log.error("conversation.broken", reason=str(error))
            return Status(_FAILED_PRECONDITION, str(error))
        except StreamClosedError:
            _log.info("conversation.closed")
        return Status()


@asynccontextmanager
async def serving(chaincode: Chaincode, settings: ServiceSettings) -> AsyncIterator[int]:
    """A running service for the length of a block; yields the port."""
    service = ChaincodeService(chaincode, settings)
    port = await service.start()
    try:
        yield port
    finally:
        await service.stop()
