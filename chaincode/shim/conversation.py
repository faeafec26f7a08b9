"""One peer's stream: register, then many transactions at once over one writer and one reader.

The protocol is core/chaincode/handler.go's: REGISTER → REGISTERED → READY, then INIT or TRANSACTION, answered
by COMPLETED or ERROR. Between them a transaction may ask the peer, one request at a time (the peer refuses a
second request of the same transaction), while other transactions do the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

import structlog
from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim.encoding import Messages, response_payload
from tanhui.chaincode.shim.errors import PeerError, ProtocolError, StreamClosedError
from tanhui.chaincode.shim.invocation import answer_to, failure
from tanhui.chaincode.shim.limits import MESSAGE_BYTES_MAX, PeerLimits
from tanhui.chaincode.shim.running import Reply, Run

_log = structlog.get_logger(__name__)

MessageType: TypeAlias = ChaincodeMessage.Type.ValueType

BUSY_MIN = 2
"""Transactions in flight that make a stream busy."""

_REPLIES: Final = frozenset({ChaincodeMessage.RESPONSE, ChaincodeMessage.ERROR})
_CALLS: Final = frozenset({ChaincodeMessage.TRANSACTION, ChaincodeMessage.INIT})
_KEEPALIVE: Final = ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE).SerializeToString()


class MessageStream(Protocol):
    """The two directions of `protos.Chaincode/Connect`, messages as bytes."""

    def send(self, message: bytes) -> None:
        """Queue one message, in order; nothing when the stream is over."""

    def listen(self, receive: Callable[[bytes], None]) -> Awaitable[None]:
        """Hand every message to `receive` as it comes; done when the peer closed its side.

        What `receive` raises ends it.
        """

    def set_busy(self, is_busy: bool) -> None:
        """Say whether several transactions are in flight, so that messages may wait for one another."""


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
        # By the end that a transaction's replies have (Messages.tail), and how long that is for most of them.
        self._waiting: dict[bytes, tuple[MessageType, asyncio.Future[bytes] | Reply]] = {}
        self._turns: dict[bytes, asyncio.Event] = {}
        self._tail_bytes = 1
        self._running: dict[Run, Messages] = {}
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

    def ask(self, kind: MessageType, payload: bytes, messages: Messages) -> Awaitable[bytes]:
        """Send one request of a transaction; the payload of the peer's reply, to be awaited at once.

        The peer takes one request of a transaction at a time, so a second one waits for its turn.

        Args:
            kind: the request's type.
            payload: its content.
            messages: makes the transaction's messages.

        Raises:
            PeerError: the request is too large, or, when awaited, the peer answered ERROR.
            StreamClosedError: the stream ended first.
        """
        key = messages.tail
        if self._ended:
            raise StreamClosedError("the peer closed the stream")
        if key in self._waiting:
            return self._ask_in_turn(kind, payload, messages)
        raw = messages.encoded(kind, payload)
        if len(raw) > self._message_bytes_max:
            reason = f"the request has {len(raw)} bytes, at most {self._message_bytes_max}"
            raise PeerError(ChaincodeMessage.Type.Name(kind), messages.transaction_id, reason)
        # Mostly the transaction's own coroutine asks; one that gathers its reads asks from tasks of asyncio's.
        asking: object = asyncio.current_task(self._loop)
        reply: Reply | asyncio.Future[bytes] = (
            Reply(asking) if type(asking) is Run else self._loop.create_future()
        )
        # Whoever gives up waiting leaves its reply here: the one that still comes is nobody else's.
        self._waiting[key] = (kind, reply)
        self._stream.send(raw)
        return reply

    async def _ask_in_turn(self, kind: MessageType, payload: bytes, messages: Messages) -> bytes:
        key = messages.tail
        while key in self._waiting and not self._ended:
            await self._turns.setdefault(key, asyncio.Event()).wait()
        return await self.ask(kind, payload, messages)

    def _next_turn(self, key: bytes) -> None:
        turn = self._turns.pop(key, None)
        if turn is not None:
            turn.set()

    def _receive(self, raw: bytes) -> None:
        key = raw[-self._tail_bytes :]
        asked = self._waiting.get(key)
        if asked is not None:
            payload = response_payload(raw, self._tail_bytes)
            if payload is not None:
                self._forget(key)
                reply = asked[1]
                if not reply.done():
                    reply.set_result(payload)
                return
        try:
            message = ChaincodeMessage.FromString(raw)
        except DecodeError:
            raise ProtocolError("a message from the peer cannot be parsed") from None
        kind = message.type
        if kind in _REPLIES and self._is_ready:
            self._reply(message)
        elif kind in _CALLS and self._is_ready:
            self._start(message)
        elif kind == ChaincodeMessage.KEEPALIVE:
            self._stream.send(_KEEPALIVE)
        elif not self._is_ready:
            self._prepare(message)
        else:
            raise ProtocolError(f"{_name(message)} from the peer in state ready")

    def _reply(self, message: ChaincodeMessage) -> None:
        key = Messages(message.channel_id, message.txid).tail
        asked = self._waiting.get(key)
        if asked is None:
            _log.warning("reply.unasked", transaction_id=message.txid, kind=_name(message))
            return
        self._forget(key)
        request, reply = asked
        if reply.done():
            return
        if message.type == ChaincodeMessage.RESPONSE:
            reply.set_result(message.payload)
        else:
            reason = message.payload.decode("utf-8", "replace")
            reply.set_exception(PeerError(ChaincodeMessage.Type.Name(request), message.txid, reason))

    def _forget(self, key: bytes) -> None:
        """A transaction's request is answered, or nobody waits for it any more."""
        self._waiting.pop(key, None)
        if self._turns:
            self._next_turn(key)

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
        messages = Messages(message.channel_id, message.txid)
        self._tail_bytes = len(messages.tail) or 1
        if len(self._running) >= self._transactions_max:
            busy = f"busy: {self._transactions_max} transactions are running"
            self._stream.send(failure(messages, busy))
            return
        run = Run(self._loop, answer_to(self, self._chaincode, message, messages), self._answered)
        self._running[run] = messages
        if len(self._running) == BUSY_MIN:
            self._stream.set_busy(True)
        run.step()

    def _answered(self, run: Run, raw: bytes, fault: BaseException | None) -> None:
        messages = self._running.pop(run)
        if len(self._running) == BUSY_MIN - 1:
            self._stream.set_busy(False)
        self._forget(messages.tail)
        if fault is not None:
            if self._ended or isinstance(fault, StreamClosedError):
                _log.info("transaction.abandoned", transaction_id=messages.transaction_id)
                return
            # The chaincode's own doing: the peer must not wait, nor other transactions end with it.
            _log.error(
                "transaction.fault", transaction_id=messages.transaction_id, fault=type(fault).__name__
            )
            raw = failure(messages, f"the chaincode failed: {type(fault).__name__}")
        if len(raw) > self._message_bytes_max:
            reason = f"the answer has {len(raw)} bytes, at most {self._message_bytes_max}"
            raw = failure(messages, reason)
        self._stream.send(raw)
        if isinstance(fault, KeyboardInterrupt):
            raise fault

    def _abandon(self) -> None:
        """The stream is gone: whoever still waits for the peer learns it; the peer undoes what was begun."""
        self._ended = True
        for _, reply in tuple(self._waiting.values()):
            if not reply.done():
                reply.set_exception(StreamClosedError("the peer closed the stream"))
        for key in tuple(self._turns):
            self._next_turn(key)
        for run in tuple(self._running):
            run.cancel()


def _name(message: ChaincodeMessage) -> str:
    """A type's name; a number that this version does not know stays one."""
    try:
        return ChaincodeMessage.Type.Name(message.type)
    except ValueError:
        return str(message.type)
