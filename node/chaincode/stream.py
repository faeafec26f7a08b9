"""One chaincode's stream, the peer's side: registration, then many transactions at once.

Source: core/chaincode/handler.go (ProcessStream, HandleRegister, HandleTransaction, Notify). One reader answers
requests as it meets them, in the order in which they came; one writer sends, so that a chaincode that does not
read holds up nobody but itself.
"""

import asyncio
from collections import deque
from typing import Protocol

import structlog
from fabric_protos.peer.chaincode_pb2 import ChaincodeAdditionalParams, ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import Response
from tanhui.node.chaincode.errors import (
    BusyError,
    ExecutionTimeoutError,
    MessageTooLarge,
    StreamFault,
    StreamTerminatedError,
)
from tanhui.node.chaincode.execution import Execution, refused
from tanhui.node.chaincode.requests import REQUEST_TYPES
from tanhui.node.chaincode.settings import StreamSettings
from tanhui.node.simulation import ChaincodeError, SimulationStub

_log = structlog.get_logger(__name__)

_ANSWERS = frozenset({ChaincodeMessage.COMPLETED, ChaincodeMessage.ERROR})
_KEEPALIVE = ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE).SerializeToString()


class Wire(Protocol):
    """The two directions of `protos.Chaincode/Connect`, messages as bytes."""

    async def read(self) -> bytes | None:
        """The next message, None at the end. Raises OSError when the connection broke."""

    async def write(self, message: bytes) -> None:
        """Send one message; one at a time. Raises OSError."""


class ChaincodeStream:
    """From its registration to its end. `run` is its task."""

    def __init__(
        self,
        wire: Wire,
        settings: StreamSettings,
        package_id: str,
        registered: "asyncio.Future[ChaincodeStream]",
    ) -> None:
        """A stream that nothing was said on.

        Args:
            wire: the connection.
            settings: limits and times.
            package_id: what the chaincode must register under, "" for any.
            registered: done with the stream itself once the chaincode has registered, or with what failed.
        """
        self._wire = wire
        self._settings = settings
        self._package_id = package_id
        self._executions: dict[tuple[str, str], Execution] = {}
        self._outgoing: deque[bytes] = deque()
        self._pending = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._ended = False
        self._is_ready = False
        self._registered = registered

    @property
    def under_way(self) -> int:
        """Transactions at the chaincode."""
        return len(self._executions)

    @property
    def is_ready(self) -> bool:
        """Registered, and not ended."""
        return self._is_ready and not self._ended

    async def run(self) -> None:
        """Until the chaincode closes the stream, it breaks, or the protocol is broken; then all are told."""
        writer = asyncio.create_task(self._write(), name="chaincode-write")
        reader = asyncio.create_task(self._read(), name="chaincode-read")
        keeper = asyncio.create_task(self._keep_alive(), name="chaincode-keepalive")
        try:
            await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._ended = True
            for task in (writer, reader, keeper, *self._calls):
                task.cancel()
            reason = await _reason_of(reader, writer)
            await asyncio.gather(keeper, *self._calls, return_exceptions=True)
            _log.info("chaincode.stream_ended", reason=reason, transactions=len(self._executions))
            for execution in self._executions.values():
                if not execution.answer.done():
                    execution.answer.set_exception(StreamTerminatedError())
            self._outgoing.clear()
            if not self._registered.done():
                self._registered.set_exception(StreamFault(reason))

    async def execute(self, stub: SimulationStub) -> Response:
        """Run one transaction.

        Raises:
            ChaincodeError: it could not be run, did not end in time, or the chaincode answered ERROR.
        """
        if self._ended:
            raise StreamTerminatedError
        if len(self._executions) >= self._settings.transactions_max:
            raise BusyError(f"{self._settings.transactions_max} transactions are at the chaincode")
        key = (stub.channel_id, stub.transaction_id)
        if key in self._executions:
            raise ChaincodeError(f"error sending: txid: {key[1]}({key[0]}) exists")
        execution = self._executions[key] = Execution(stub, self._settings.query_part)
        try:
            self._send(execution.opening())
            async with asyncio.timeout(self._settings.execute_timeout_s):
                answer = await execution.answer
        except TimeoutError:
            raise ExecutionTimeoutError from None
        finally:
            del self._executions[key]
            execution.end()
        return execution.response(answer)

    def _send(self, message: ChaincodeMessage) -> None:
        raw = message.SerializeToString()
        if len(raw) > self._settings.message_bytes_max:
            # gRPC would end the stream for everybody.
            raise MessageTooLarge(f"{len(raw)} bytes, at most {self._settings.message_bytes_max}")
        self._outgoing.append(raw)
        self._pending.set()

    def _reply(self, request: ChaincodeMessage, message: ChaincodeMessage) -> None:
        try:
            self._send(message)
        except MessageTooLarge as error:
            self._send(refused(request, f"the answer has {error}"))

    async def _write(self) -> None:
        outgoing = self._outgoing
        while True:
            while outgoing:
                await self._wire.write(outgoing.popleft())
            self._pending.clear()
            await self._pending.wait()

    async def _keep_alive(self) -> None:
        while self._settings.keepalive_s:
            await asyncio.sleep(self._settings.keepalive_s)
            if self._is_ready:
                self._outgoing.append(_KEEPALIVE)
                self._pending.set()

    async def _read(self) -> None:
        while (raw := await self._wire.read()) is not None:
            try:
                message = ChaincodeMessage.FromString(raw)
            except DecodeError:
                raise StreamFault("a message cannot be parsed") from None
            if message.type == ChaincodeMessage.KEEPALIVE:
                continue
            if self._is_ready:
                self._receive(message)
            else:
                self._register(message)
        raise StreamFault("closed by the chaincode")

    def _register(self, message: ChaincodeMessage) -> None:
        if message.type != ChaincodeMessage.REGISTER:
            raise StreamFault(f"cannot handle message ({_name(message)}) while in created state")
        try:
            name = ChaincodeID.FromString(message.payload).name
        except DecodeError:
            raise StreamFault("could not unmarshal registration info") from None
        if not name or (self._package_id and name != self._package_id):
            raise StreamFault(f"registers as {name!r}, expected {self._package_id or 'a name'!r}")
        self._send(ChaincodeMessage(type=ChaincodeMessage.REGISTERED))
        payload = b""
        if self._settings.batches:
            payload = ChaincodeAdditionalParams(
                use_write_batch=True,
                max_size_write_batch=self._settings.write_batch_max,
                use_get_multiple_keys=True,
                max_size_get_multiple_keys=self._settings.get_multiple_max,
            ).SerializeToString()
        self._send(ChaincodeMessage(type=ChaincodeMessage.READY, payload=payload))
        self._is_ready = True
        if not self._registered.done():
            self._registered.set_result(self)
        _log.info("chaincode.registered", package_id=name)

    def _receive(self, message: ChaincodeMessage) -> None:
        kind = message.type
        execution = self._executions.get((message.channel_id, message.txid))
        if kind in _ANSWERS:
            if execution is not None and not execution.answer.done():
                execution.answer.set_result(message)
        elif kind not in REQUEST_TYPES:
            raise StreamFault(f"cannot handle message ({_name(message)}) while in ready state")
        elif execution is None or execution.answer.done():
            self._reply(message, refused(message, "no ledger context"))
        elif execution.calling:
            # As a peer does: the request is dropped, and its transaction ends by its timeout.
            _log.error("chaincode.second_request", transaction_id=message.txid, kind=_name(message))
        elif kind == ChaincodeMessage.INVOKE_CHAINCODE:
            execution.calling = True  # at once: a request behind it is a second one
            task = asyncio.create_task(self._invoke(execution, message))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        else:
            self._reply(message, execution.serve(message))

    async def _invoke(self, execution: Execution, message: ChaincodeMessage) -> None:
        self._reply(message, await execution.invoke(message))


def _name(message: ChaincodeMessage) -> str:
    """A type's name; a number that this version does not know stays one."""
    try:
        return ChaincodeMessage.Type.Name(message.type)
    except ValueError:
        return str(message.type)


async def _reason_of(*tasks: asyncio.Task[None]) -> str:
    """Why a stream ended: the first of its tasks that failed."""
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            return str(outcome) or type(outcome).__name__
    return "stopped"
