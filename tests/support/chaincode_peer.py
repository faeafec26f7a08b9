"""The peer's side of a chaincode stream, over a dictionary: what the shim's tests converse with.

It answers as core/chaincode/handler.go does, counts messages by type, and refuses two requests of one
transaction at a time.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable

from fabric_protos.common.common_pb2 import ChannelHeader, Header, HeaderType, SignatureHeader
from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV
from fabric_protos.peer.chaincode_pb2 import ChaincodeAdditionalParams, ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    GetState,
    GetStateByRange,
    GetStateMultiple,
    GetStateMultipleResult,
    PutState,
    QueryMetadata,
    QueryResponse,
    QueryResponseMetadata,
    QueryResultBytes,
    QueryStateNext,
    WriteBatchState,
    WriteRecord,
)
from fabric_protos.peer.proposal_pb2 import ChaincodeProposalPayload, Proposal
from google.protobuf.timestamp_pb2 import Timestamp

PART = 3
"""Results in one part of a range; Fabric's is 100, a small one tests the seams."""


def transaction(txid: str, *arguments: bytes, transient: dict[str, bytes] | None = None) -> ChaincodeMessage:
    """A TRANSACTION message with a proposal around it."""
    header = Header(
        channel_header=ChannelHeader(
            type=HeaderType.ENDORSER_TRANSACTION,
            channel_id="credits",
            tx_id=txid,
            timestamp=Timestamp(seconds=1_795_000_000, nanos=7),
        ).SerializeToString(),
        signature_header=SignatureHeader(creator=b"creator", nonce=b"nonce").SerializeToString(),
    )
    payload = ChaincodeProposalPayload(TransientMap=transient or {})
    proposal = Proposal(header=header.SerializeToString(), payload=payload.SerializeToString())
    message = ChaincodeMessage(
        type=ChaincodeMessage.TRANSACTION,
        txid=txid,
        channel_id="credits",
        payload=ChaincodeInput(args=arguments).SerializeToString(),
    )
    message.proposal.proposal_bytes = proposal.SerializeToString()
    return message


class FakePeer:
    """A MessageStream whose other end is a peer with `state`."""

    def __init__(
        self, *, write_batch_max: int = 1000, get_multiple_max: int = 1000, batches: bool = True
    ) -> None:
        self.state: dict[str, bytes] = {}
        self.received: Counter[str] = Counter()
        self.package_id = b""
        self.was_busy: list[bool] = []
        self.slow: dict[str, float] = {}
        """Seconds by which the reply to a GET_STATE of this key is late."""
        self.answers: dict[str, asyncio.Future[ChaincodeMessage]] = {}
        self._to_chaincode: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._from_chaincode: deque[bytes] = deque()
        self._open: set[str] = set()
        self._queries: dict[str, list[QueryResultBytes]] = {}
        self._ready = asyncio.Event()
        self._params = ChaincodeAdditionalParams(
            use_write_batch=True,
            max_size_write_batch=write_batch_max,
            use_get_multiple_keys=True,
            max_size_get_multiple_keys=get_multiple_max,
        )
        self._batches = batches

    async def listen(self, receive: Callable[[bytes], None]) -> None:
        """What the chaincode reads."""
        while (message := await self._to_chaincode.get()) is not None:
            receive(message)

    def send(self, raw: bytes) -> None:
        """What the chaincode writes, a turn later."""
        self._from_chaincode.append(raw)
        asyncio.get_running_loop().call_soon(self._heard)

    def set_busy(self, is_busy: bool) -> None:
        """Notes it."""
        self.was_busy.append(is_busy)

    def _heard(self) -> None:
        message = ChaincodeMessage.FromString(self._from_chaincode.popleft())
        name = ChaincodeMessage.Type.Name(message.type)
        self.received[name] += 1
        if message.type == ChaincodeMessage.REGISTER:
            self.package_id = message.payload
            self.say(ChaincodeMessage(type=ChaincodeMessage.REGISTERED))
            ready = self._params.SerializeToString() if self._batches else b""
            self.say(ChaincodeMessage(type=ChaincodeMessage.READY, payload=ready))
            self._ready.set()
        elif message.type in {ChaincodeMessage.COMPLETED, ChaincodeMessage.ERROR}:
            if message.txid in self.answers:
                self.answers[message.txid].set_result(message)
        elif message.type != ChaincodeMessage.KEEPALIVE:
            task = asyncio.create_task(self._serve(message))
            task.add_done_callback(lambda done: done.result())

    def say(self, message: ChaincodeMessage) -> None:
        """Let the chaincode read a message."""
        self._to_chaincode.put_nowait(message.SerializeToString())

    def say_raw(self, raw: bytes) -> None:
        """Let the chaincode read anything."""
        self._to_chaincode.put_nowait(raw)

    def close(self) -> None:
        """End the stream."""
        self._to_chaincode.put_nowait(None)

    async def invoke(self, message: ChaincodeMessage) -> ChaincodeMessage:
        """Send a transaction and wait for its COMPLETED or ERROR."""
        await self._ready.wait()
        self.answers[message.txid] = asyncio.get_running_loop().create_future()
        self.say(message)
        return await asyncio.wait_for(self.answers[message.txid], timeout=5)

    async def _serve(self, message: ChaincodeMessage) -> None:
        assert message.txid not in self._open, "two requests of one transaction at once"
        self._open.add(message.txid)
        await asyncio.sleep(0)
        self._open.discard(message.txid)
        if message.type == ChaincodeMessage.GET_STATE:
            await asyncio.sleep(self.slow.get(GetState.FromString(message.payload).key, 0))
        answer = ChaincodeMessage(
            type=ChaincodeMessage.RESPONSE, txid=message.txid, channel_id=message.channel_id
        )
        try:
            answer.payload = self._payload(message)
        except KeyError as error:
            answer.type = ChaincodeMessage.ERROR
            answer.payload = str(error).encode()
        self.say(answer)

    def _payload(self, message: ChaincodeMessage) -> bytes:
        if message.type == ChaincodeMessage.GET_STATE:
            key = GetState.FromString(message.payload).key
            if key == "forbidden":
                raise KeyError("no access to it")
            return self.state.get(key, b"")
        if message.type == ChaincodeMessage.GET_STATE_MULTIPLE:
            request = GetStateMultiple.FromString(message.payload)
            assert len(request.keys) <= self._params.max_size_get_multiple_keys
            values = [self.state.get(key, b"") for key in request.keys]
            return GetStateMultipleResult(values=values).SerializeToString()
        if message.type == ChaincodeMessage.PUT_STATE:
            put = PutState.FromString(message.payload)
            self.state[put.key] = put.value
            return b""
        if message.type == ChaincodeMessage.DEL_STATE:
            self.state.pop(DelState.FromString(message.payload).key, None)
            return b""
        if message.type == ChaincodeMessage.WRITE_BATCH_STATE:
            self._write_batch(WriteBatchState.FromString(message.payload))
            return b""
        if message.type == ChaincodeMessage.GET_STATE_BY_RANGE:
            return self._range(message.txid, GetStateByRange.FromString(message.payload))
        if message.type == ChaincodeMessage.QUERY_STATE_NEXT:
            return self._part(QueryStateNext.FromString(message.payload).id)
        if message.type == ChaincodeMessage.QUERY_STATE_CLOSE:
            self._queries.clear()
            return QueryResponse().SerializeToString()
        raise KeyError(ChaincodeMessage.Type.Name(message.type))

    def _write_batch(self, batch: WriteBatchState) -> None:
        assert len(batch.rec) <= self._params.max_size_write_batch
        for record in batch.rec:
            if record.type == WriteRecord.PUT_STATE:
                self.state[record.key] = record.value
            elif record.type == WriteRecord.DEL_STATE:
                self.state.pop(record.key, None)

    def _range(self, txid: str, request: GetStateByRange) -> bytes:
        metadata = QueryMetadata.FromString(request.metadata)
        start = metadata.bookmark or request.startKey
        keys = [
            key for key in sorted(self.state) if start <= key and (not request.endKey or key < request.endKey)
        ]
        results = [
            QueryResultBytes(
                resultBytes=KV(namespace="cc", key=key, value=self.state[key]).SerializeToString()
            )
            for key in keys
        ]
        if metadata.pageSize:
            size = metadata.pageSize
            bookmark = keys[size] if len(keys) > size else ""
            info = QueryResponseMetadata(fetched_records_count=len(results[:size]), bookmark=bookmark)
            return QueryResponse(
                results=results[:size], metadata=info.SerializeToString()
            ).SerializeToString()
        self._queries[txid] = results
        return self._part(txid)

    def _part(self, query_id: str) -> bytes:
        results = self._queries[query_id]
        self._queries[query_id] = results[PART:]
        has_more = bool(results[PART:])
        if not has_more:
            del self._queries[query_id]
        return QueryResponse(results=results[:PART], has_more=has_more, id=query_id).SerializeToString()

    @property
    def open_queries(self) -> int:
        """Queries that the chaincode neither finished nor closed."""
        return len(self._queries)
