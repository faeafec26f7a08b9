"""One peer's stream: register, then many transactions at once over one writer and one reader.

The protocol is core/chaincode/handler.go's: REGISTER → REGISTERED → READY, then INIT or TRANSACTION, answered
by COMPLETED or ERROR. Between them a transaction may ask the peer, one request at a time (the peer refuses a
second request of the same transaction), while other transactions do the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, cast

import structlog
from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim.errors import PeerError, ProtocolError, StreamClosedError
from tanhui.chaincode.shim.invocation import Answer, run_invocation
from tanhui.chaincode.shim.limits import MESSAGE_BYTES_MAX, PeerLimits

_log = structlog.get_logger(__name__)

MessageType: TypeAlias = ChaincodeMessage.Type.ValueType

_REPLIES = frozenset({ChaincodeMessage.RESPONSE, ChaincodeMessage.ERROR})
_CALLS = frozenset({ChaincodeMessage.TRANSACTION, ChaincodeMessage.INIT})
_KEEPALIVE = ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE).SerializeToString()


class MessageStream(Protocol):
    """The two directions of `protos.Chaincode/Connect`, messages as bytes."""

    def send(self, message: bytes) -> None:
        """Queue one message, in order; nothing when the stream is over."""

    def listen(self, receive: Callable[[bytes], None]) -> Awaitable[None]:
        """Hand every message to `receive` as it comes; done when the peer closed its side.

        What `receive` raises ends it.
        """


class Conversation:
    """The chaincode's side of one peer's stream."""

    def __init__(
        self,
        stream: MessageStream,
        chaincode: Chaincode,
        package_id: str,
        transactions_max: int,
        message_bytes_max: int = MESSAGE_BYTES_MAX,
    ) -> None:
        self._stream = stream
        self._chaincode = chaincode
        self._package_id = package_id
        self._transactions_max = transactions_max
        self._message_bytes_max = message_bytes_max
        self._waiting: dict[tuple[str, str], asyncio.Future[ChaincodeMessage]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._expected: MessageType = ChaincodeMessage.REGISTERED
        self._is_ready = False
        self._ended = False
        self.limits = PeerLimits()

    async def run(self) -> None:
        """Converse until the peer closes the stream.

        Raises:
            ProtocolError: the peer sent what the protocol does not allow; it was told so.
            StreamClosedError: the stream broke, or ended before the peer was ready.
        """
        name = ChaincodeID(name=self._package_id).SerializeToString()
        register = ChaincodeMessage(type=ChaincodeMessage.REGISTER, payload=name)
        try:
            self._stream.send(register.SerializeToString())
            await self._stream.listen(self._receive)
            if not self._is_ready:
                raise StreamClosedError("the peer closed the stream before the chaincode was ready")
        except ProtocolError as error:
            last = ChaincodeMessage(type=ChaincodeMessage.ERROR, payload=str(error).encode())
            self._stream.send(last.SerializeToString())
            raise
        finally:
            self._abandon()

    async def ask(self, kind: MessageType, payload: bytes, channel_id: str, transaction_id: str) -> bytes:
        """Send one request of a transaction and wait for the peer's reply.

        Raises:
            PeerError: the peer answered ERROR.
            StreamClosedError: the stream ended first.
        """
        key = (channel_id, transaction_id)
        if key in self._waiting:
            raise ProtocolError(f"transaction {transaction_id[:8]} asks twice at once")
        if self._ended:
            raise StreamClosedError("the peer closed the stream")
        request = ChaincodeMessage(type=kind, payload=payload, txid=transaction_id, channel_id=channel_id)
        raw = request.SerializeToString()
        if len(raw) > self._message_bytes_max:
            raise PeerError(
                ChaincodeMessage.Type.Name(kind),
                transaction_id,
                f"the request has {len(raw)} bytes, at most {self._message_bytes_max}",
            )
        reply: asyncio.Future[ChaincodeMessage] = self._loop.create_future()
        # Whoever gives up waiting leaves its future here: the reply that still comes is nobody else's.
        self._waiting[key] = reply
        self._stream.send(raw)
        message = await reply
        if message.type == ChaincodeMessage.ERROR:
            reason = message.payload.decode("utf-8", "replace")
            raise PeerError(ChaincodeMessage.Type.Name(kind), transaction_id, reason)
        return message.payload

    def _receive(self, raw: bytes) -> None:
        try:
            message = ChaincodeMessage.FromString(raw)
        except DecodeError:
            raise ProtocolError("a message from the peer cannot be parsed") from None
        kind = message.type
        if kind == ChaincodeMessage.KEEPALIVE:
            self._stream.send(_KEEPALIVE)
        elif not self._is_ready:
            self._prepare(message)
        elif kind in _REPLIES:
            reply = self._waiting.pop((message.channel_id, message.txid), None)
            if reply is None:
                _log.warning("reply.unasked", transaction_id=message.txid, kind=_name(message))
            elif not reply.done():
                reply.set_result(message)
        elif kind in _CALLS:
            self._start(message)
        else:
            raise ProtocolError(f"{_name(message)} from the peer in state ready")

    def _prepare(self, message: ChaincodeMessage) -> None:
        """REGISTERED, then READY."""
        if message.type != self._expected:
            wanted = ChaincodeMessage.Type.Name(self._expected)
            raise ProtocolError(f"{_name(message)} from the peer while waiting for {wanted}")
        if self._expected == ChaincodeMessage.REGISTERED:
            self._expected = ChaincodeMessage.READY
            return
        self._is_ready = True
        self.limits = PeerLimits.from_ready(message.payload)
        _log.info("chaincode.ready", package_id=self._package_id, limits=self.limits)

    def _start(self, message: ChaincodeMessage) -> None:
        if len(self._running) >= self._transactions_max:
            busy = Answer.error(message, f"busy: {self._transactions_max} transactions are running")
            self._stream.send(busy.SerializeToString())
            return
        task = self._loop.create_task(self._run_transaction(message), name="transaction")
        self._running.add(task)

    async def _run_transaction(self, message: ChaincodeMessage) -> None:
        try:
            answer = await run_invocation(self, self._chaincode, message)
        except StreamClosedError:
            _log.info("transaction.abandoned", transaction_id=message.txid)
            return
        except (asyncio.CancelledError, SystemExit) as fault:
            if self._ended:
                _log.info("transaction.abandoned", transaction_id=message.txid)
                return
            # The chaincode's own doing: the peer must not wait, nor other transactions end with it.
            _log.error("transaction.fault", transaction_id=message.txid, fault=type(fault).__name__)
            answer = Answer.error(message, f"the chaincode failed: {type(fault).__name__}")
        finally:
            self._waiting.pop((message.channel_id, message.txid), None)
            # Here and not by a callback, which would cost the event loop a turn.
            self._running.discard(cast("asyncio.Task[None]", asyncio.current_task()))
        raw = answer.SerializeToString()
        if len(raw) > self._message_bytes_max:
            reason = f"the answer has {len(raw)} bytes, at most {self._message_bytes_max}"
            raw = Answer.error(message, reason).SerializeToString()
        self._stream.send(raw)

    def _abandon(self) -> None:
        """The stream is gone: whoever still waits for the peer learns it; the peer undoes what was begun."""
        self._ended = True
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(StreamClosedError("the peer closed the stream"))
        for task in self._running:
            task.cancel()


def _name(message: ChaincodeMessage) -> str:
    """A type's name; a number that this version does not know stays one."""
    try:
        return ChaincodeMessage.Type.Name(message.type)
    except ValueError:
        return str(message.type)
