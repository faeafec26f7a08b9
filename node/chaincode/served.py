"""A chaincode that runs as a service: dialled when it is first asked, and again when its stream has ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import grpc
import structlog

from tanhui.chaincode.contract.stub import Response, Stub
from tanhui.node.chaincode.errors import NotLaunchedError, StreamFault
from tanhui.node.chaincode.settings import ServerAddress, StreamSettings
from tanhui.node.chaincode.stream import ChaincodeStream
from tanhui.node.simulation import SimulationStub, WaitingChaincode

_log = structlog.get_logger(__name__)

METHOD = "/protos.Chaincode/Connect"


class ServedChaincode(WaitingChaincode):
    """One service; several chaincode names may share it, as several definitions may name one package."""

    def __init__(self, server: ServerAddress, settings: StreamSettings | None = None) -> None:
        self.server = server
        self._settings = settings or StreamSettings()
        self._stream: ChaincodeStream | None = None
        self._launching: asyncio.Task[ChaincodeStream] | None = None
        self._running: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, server: ServerAddress, settings: StreamSettings | None = None
    ) -> AsyncIterator["ServedChaincode"]:
        """For the length of a block; nothing is dialled yet."""
        chaincode = cls(server, settings)
        try:
            yield chaincode
        finally:
            await chaincode.close()

    @property
    def is_ready(self) -> bool:
        """Whether a registered stream is up."""
        return self._stream is not None and self._stream.is_ready

    async def invoke(self, stub: Stub) -> Response:
        """See WaitingChaincode."""
        stream = self._stream if self.is_ready else await self.launch()
        assert stream is not None, "ready means there is one"
        return await stream.execute(cast("SimulationStub", stub))

    async def launch(self) -> ChaincodeStream:
        """A registered stream; callers that come meanwhile wait for the same. Raises NotLaunchedError."""
        if self._launching is None:
            self._launching = asyncio.create_task(self._launch(), name="chaincode-launch")
            self._launching.add_done_callback(self._launched)
        # One caller that goes away must not end the others' wait.
        return await asyncio.shield(self._launching)

    async def close(self) -> None:
        """End the stream; transactions under way fail. Safe to repeat."""
        tasks = [*self._running, *([self._launching] if self._launching else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _launched(self, task: asyncio.Task[ChaincodeStream]) -> None:
        self._launching = None
        if not task.cancelled():
            task.exception()  # whoever waits is told; nobody may wait

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("chaincode.stream_failed", address=self.server.address, error=type(error).__name__)

    async def _launch(self) -> ChaincodeStream:
        server = self.server
        registered: asyncio.Future[ChaincodeStream] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._run(registered), name="chaincode-stream")
        self._running.add(task)
        task.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(server.dial_timeout_s):
                self._stream = await registered
        except TimeoutError:
            reason = f"no registration within {server.dial_timeout_s:g}s"
        except StreamFault as error:
            reason = str(error)
        else:
            return self._stream
        task.cancel()
        raise NotLaunchedError(f"could not launch chaincode at {server.address}: {reason}")

    async def _run(self, registered: asyncio.Future[ChaincodeStream]) -> None:
        """One connection with its one stream, from the dial to the end."""
        async with _channel(self.server, self._settings) as channel:
            await channel.channel_ready()
            call: grpc.aio.StreamStreamCall[bytes, bytes] = channel.stream_stream(METHOD, None, None)()
            stream = ChaincodeStream(_GrpcWire(call), self._settings, self.server.package_id, registered)
            try:
                await stream.run()
            finally:
                if self._stream is stream:
                    self._stream = None


class _GrpcWire:
    """One gRPC call, both ways."""

    def __init__(self, call: "grpc.aio.StreamStreamCall[bytes, bytes]") -> None:
        self._call = call

    async def read(self) -> bytes | None:
        try:
            message = await self._call.read()
        except grpc.RpcError as error:
            raise ConnectionError(_details(error)) from error
        ended: object = grpc.aio.EOF
        if message is ended:
            return None
        return cast("bytes", message)

    async def write(self, message: bytes) -> None:
        try:
            await self._call.write(message)
        except grpc.RpcError as error:
            raise ConnectionError(_details(error)) from error
        except asyncio.InvalidStateError as error:  # the call is over
            raise ConnectionError(str(error)) from error


def _details(error: grpc.RpcError) -> str:
    return error.details() or "" if isinstance(error, grpc.aio.AioRpcError) else str(error)


def _channel(server: ServerAddress, settings: StreamSettings) -> grpc.aio.Channel:
    options: list[tuple[str, str | int]] = [
        ("grpc.max_receive_message_length", settings.message_bytes_max),
        ("grpc.max_send_message_length", settings.message_bytes_max),
        ("grpc.keepalive_time_ms", round((settings.keepalive_s or 60) * 1000)),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        # Each launch is a connection of its own: a channel that backed off must not slow the next dial.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1_000),
    ]
    if server.server_name:
        options.append(("grpc.ssl_target_name_override", server.server_name))
    if server.tls is None:
        return grpc.aio.insecure_channel(server.address, options=options)
    credentials = grpc.ssl_channel_credentials(
        root_certificates=server.tls.root,
        private_key=server.tls.key,
        certificate_chain=server.tls.certificate,
    )
    return grpc.aio.secure_channel(server.address, credentials, options=options)
