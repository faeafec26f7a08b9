"""One peer's stream: register, then many transactions at once over one writer and one reader.

The protocol is core/chaincode/handler.go's: REGISTER → REGISTERED → READY, then INIT or TRANSACTION, answered
by COMPLETED or ERROR. Between them a transaction may ask the peer, one request at a time (the peer refuses a
second request of the same transaction), while other transactions do the same.
"""

import asyncio
from typing import Protocol, TypeAlias

import structlog
from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim.errors import PeerError, ProtocolError, StreamClosedError
from tanhui.chaincode.shim.invocation import Answer, run_invocation
from tanhui.chaincode.shim.limits import PeerLimits

_log = structlog.get_logger(__name__)

MessageType: TypeAlias = ChaincodeMessage.Type.ValueType


class MessageStream(Protocol):
    """The two directions of `protos.Chaincode/Connect`."""

    async def read(self) -> ChaincodeMessage | None:
        """The next message, or None when the peer closed its side."""

    async def write(self, message: ChaincodeMessage) -> None:
        """Send one message; never called while another write is under way."""


class Conversation:
    """The chaincode's side of one peer's stream."""

    def __init__(
        self, stream: MessageStream, chaincode: Chaincode, package_id: str, transactions_max: int
    ) -> None:
        self._stream = stream
        self._chaincode = chaincode
        self._package_id = package_id
        self._transactions_max = transactions_max
        self._writing = asyncio.Lock()
        self._waiting: dict[tuple[str, str], asyncio.Future[ChaincodeMessage]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self.limits = PeerLimits()

    async def run(self) -> None:
        """Converse until the peer closes the stream.

        Raises:
            ProtocolError: the peer sent what the protocol does not allow; it was told so.
        """
        try:
            await self._register()
            while (message := await self._stream.read()) is not None:
                await self._receive(message)
        except ProtocolError as error:
            await self._send(ChaincodeMessage(type=ChaincodeMessage.ERROR, payload=str(error).encode()))
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
        reply: asyncio.Future[ChaincodeMessage] = asyncio.get_running_loop().create_future()
        self._waiting[key] = reply
        try:
            await self._send(
                ChaincodeMessage(type=kind, payload=payload, txid=transaction_id, channel_id=channel_id)
            )
            message = await reply
        finally:
            del self._waiting[key]
        if message.type == ChaincodeMessage.ERROR:
            reason = message.payload.decode("utf-8", "replace")
            raise PeerError(ChaincodeMessage.Type.Name(kind), transaction_id, reason)
        return message.payload

    async def _send(self, message: ChaincodeMessage) -> None:
        # gRPC allows one write at a time; that the known Python shim has no such lock is why it hangs.
        async with self._writing:
            await self._stream.write(message)

    async def _register(self) -> None:
        name = ChaincodeID(name=self._package_id).SerializeToString()
        await self._send(ChaincodeMessage(type=ChaincodeMessage.REGISTER, payload=name))
        await self._expect(ChaincodeMessage.REGISTERED)
        ready = await self._expect(ChaincodeMessage.READY)
        self.limits = PeerLimits.from_ready(ready.payload)
        _log.info("chaincode.ready", package_id=self._package_id, limits=self.limits)

    async def _expect(self, kind: MessageType) -> ChaincodeMessage:
        while (message := await self._stream.read()) is not None:
            if message.type == ChaincodeMessage.KEEPALIVE:
                await self._send(message)
            elif message.type == kind:
                return message
            else:
                got, wanted = ChaincodeMessage.Type.Name(message.type), ChaincodeMessage.Type.Name(kind)
                raise ProtocolError(f"{got} from the peer while waiting for {wanted}")
        raise StreamClosedError("the peer closed the stream before the chaincode was ready")

    async def _receive(self, message: ChaincodeMessage) -> None:
        kind = message.type
        if kind in {ChaincodeMessage.RESPONSE, ChaincodeMessage.ERROR}:
            reply = self._waiting.get((message.channel_id, message.txid))
            if reply is None or reply.done():
                raise ProtocolError(f"a reply for transaction {message.txid[:8]}, which asked nothing")
            reply.set_result(message)
        elif kind in {ChaincodeMessage.TRANSACTION, ChaincodeMessage.INIT}:
            await self._start(message)
        elif kind == ChaincodeMessage.KEEPALIVE:
            await self._send(message)
        else:
            raise ProtocolError(f"{ChaincodeMessage.Type.Name(kind)} from the peer in state ready")

    async def _start(self, message: ChaincodeMessage) -> None:
        if len(self._running) >= self._transactions_max:
            answer = Answer.error(message, f"busy: {self._transactions_max} transactions are running")
            await self._send(answer)
            return
        task = asyncio.create_task(self._run_transaction(message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run_transaction(self, message: ChaincodeMessage) -> None:
        try:
            answer = await run_invocation(self, self._chaincode, message)
            await self._send(answer)
        except (StreamClosedError, asyncio.CancelledError):
            _log.info("transaction.abandoned", transaction_id=message.txid)

    def _abandon(self) -> None:
        """The stream is gone: whoever still waits for the peer learns it; the peer undoes what was begun."""
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(StreamClosedError("the peer closed the stream"))
        for task in self._running:
            task.cancel()
