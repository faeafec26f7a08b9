"""Chaincode as a service: peers dial `protos.Chaincode/Connect`; each stream is a conversation of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import structlog

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim.conversation import Conversation
from tanhui.chaincode.shim.errors import ProtocolError, StreamClosedError
from tanhui.chaincode.shim.limits import MESSAGE_BYTES_MAX
from tanhui.chaincode.shim.settings import ServiceSettings, ServiceTls

_log = structlog.get_logger(__name__)

Context = grpc.aio.ServicerContext[bytes, bytes]

_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
    # As Fabric's Go server: ping an idle peer each minute, and take its pings however often they come, so
    # that a stream survives hours without a transaction.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.so_reuseport", 0),
)


class _GrpcStream:
    """The reader and writer of one gRPC stream."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def read(self) -> bytes | None:
        message = await self._context.read()
        ended: object = grpc.aio.EOF  # an object of its own at run time, bytes to the type checker
        return None if message is ended else message

    async def write(self, message: bytes) -> None:
        try:
            await self._context.write(message)
        except (grpc.aio.UsageError, grpc.RpcError) as error:
            raise StreamClosedError(str(error)) from error


class ChaincodeService:
    """A gRPC server for one chaincode."""

    def __init__(self, chaincode: Chaincode, settings: ServiceSettings) -> None:
        self._chaincode = chaincode
        self._settings = settings
        self._server: grpc.aio.Server | None = None

    async def start(self) -> int:
        """Listen; the port, which matters where the address asks for port 0."""
        server = grpc.aio.server(options=_OPTIONS)
        # Bytes: a message that cannot be parsed must end its stream with a word, not with a traceback.
        handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.stream_stream_rpc_method_handler(self._connect)
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("protos.Chaincode", {"Connect": handler}),)
        )
        address, tls = self._settings.address, self._settings.tls
        if tls is None:
            _log.warning("service.without_tls", address=address)
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, _credentials(tls))
        await server.start()
        self._server = server
        _log.info("service.listening", port=port, package_id=self._settings.package_id)
        return port

    async def stop(self, grace_s: float = 5.0) -> None:
        """Let running transactions end for `grace_s` seconds, then close every stream."""
        if self._server is not None:
            await self._server.stop(grace_s)

    async def wait(self) -> None:
        """Until the service is stopped."""
        if self._server is not None:
            await self._server.wait_for_termination()

    async def _connect(self, _requests: AsyncIterator[bytes], context: Context) -> None:
        settings = self._settings
        conversation = Conversation(
            _GrpcStream(context), self._chaincode, settings.package_id, settings.transactions_max
        )
        try:
            await conversation.run()
        except ProtocolError as error:
            _log.error("conversation.broken", peer=context.peer(), reason=str(error))
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        except StreamClosedError:
            _log.info("conversation.closed", peer=context.peer())


def _credentials(tls: ServiceTls) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials(
        [(tls.private_key, tls.certificate)],
        root_certificates=tls.client_roots,
        require_client_auth=tls.client_roots is not None,
    )


@asynccontextmanager
async def serving(chaincode: Chaincode, settings: ServiceSettings) -> AsyncIterator[int]:
    """A running service for the length of a block; yields the port."""
    service = ChaincodeService(chaincode, settings)
    port = await service.start()
    try:
        yield port
    finally:
        await service.stop()
