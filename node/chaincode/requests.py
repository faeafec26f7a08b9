"""What a chaincode may ask during a transaction, answered from the transaction's simulator.

Source: core/chaincode/handler.go (HandleGetState and its neighbours). Every handler takes a payload and gives
the reply's; what is refused raises.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV, KeyModification
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    GetHistoryForKey,
    GetState,
    GetStateByRange,
    GetStateMetadata,
    GetStateMultiple,
    GetStateMultipleResult,
    PutState,
    PutStateMetadata,
    QueryMetadata,
    QueryStateClose,
    QueryStateNext,
    StateMetadata,
    StateMetadataResult,
    WriteBatchState,
    WriteRecord,
)
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from tanhui.node.chaincode.errors import RequestError
from tanhui.node.chaincode.queries import OpenQueries, page_response
from tanhui.node.ledger import KeyVersion
from tanhui.node.simulation import TransactionSimulator

MessageT = TypeVar("MessageT", bound=Message)


class Requests:
    """The requests of one chaincode in one transaction, in its namespace."""

    def __init__(
        self, transaction: TransactionSimulator, namespace: str, *, is_init: bool, query_part: int
    ) -> None:
        self._transaction = transaction
        self._namespace = namespace
        self._is_init = is_init
        self._queries = OpenQueries(query_part, transaction.limits.query_results_max)

    def serve(self, message: ChaincodeMessage) -> bytes | None:
        """The reply's payload; None for a type that is no such request. Raises RequestError, SimulationError."""
        name = _HANDLERS.get(message.type)
        if name is None:
            return None
        handler: Callable[[bytes], bytes] = getattr(self, name)
        return handler(message.payload)

    def close(self) -> None:
        """Let go of the iterators."""
        self._queries.clear()

    def _get_state(self, payload: bytes) -> bytes:
        request = GetState.FromString(payload)
        (value,) = self._read([request.key], request.collection)
        return value or b""

    def _get_multiple(self, payload: bytes) -> bytes:
        request = GetStateMultiple.FromString(payload)
        found = self._read(request.keys, request.collection)
        return GetStateMultipleResult(values=[value or b"" for value in found]).SerializeToString()

    def _read(self, keys: Sequence[str], collection: str) -> list[bytes | None]:
        if collection:
            self._allow_private()
            return self._transaction.read_private(self._namespace, collection, keys)
        return self._transaction.read(self._namespace, keys)

    def _get_hash(self, payload: bytes) -> bytes:
        request = GetState.FromString(payload)
        self._allow_private()
        return self._transaction.private_hash(self._namespace, request.collection, request.key) or b""

    def _get_metadata(self, payload: bytes) -> bytes:
        request = GetStateMetadata.FromString(payload)
        if request.collection:
            self._allow_private()
            found = self._transaction.private_metadata(self._namespace, request.collection, request.key)
        else:
            found = self._transaction.metadata(self._namespace, request.key)
        entries = [StateMetadata(metakey=name, value=value) for name, value in found.items()]
        return StateMetadataResult(entries=entries).SerializeToString()

    def _range(self, payload: bytes) -> bytes:
        request = GetStateByRange.FromString(payload)
        metadata = QueryMetadata.FromString(request.metadata)
        namespace, transaction = self._namespace, self._transaction
        if request.collection:
            self._allow_private()
            found = transaction.private_range(namespace, request.collection, request.startKey, request.endKey)
            return self._queries.begin(lambda: _kv(namespace, next(found, None)))
        if metadata.pageSize or metadata.bookmark:
            if metadata.pageSize < 1:
                raise RequestError(f"page size {metadata.pageSize}: must be positive")
            size = min(metadata.pageSize, transaction.limits.query_results_max)
            start = metadata.bookmark or request.startKey
            page = transaction.open_page(namespace, start, request.endKey)
            return page_response(page, lambda: _kv(namespace, page.next()), size)
        cursor = transaction.open_range(namespace, request.startKey, request.endKey)
        return self._queries.begin(lambda: _kv(namespace, cursor.next()))

    def _rich_query(self, _payload: bytes) -> bytes:
        raise RequestError("ExecuteQuery not supported for leveldb")

    def _history(self, payload: bytes) -> bytes:
        request = GetHistoryForKey.FromString(payload)
        versions = self._transaction.history(self._namespace, request.key)
        return self._queries.begin(lambda: _modification(next(versions, None)))

    def _next(self, payload: bytes) -> bytes:
        return self._queries.next(QueryStateNext.FromString(payload).id)

    def _close(self, payload: bytes) -> bytes:
        return self._queries.close(QueryStateClose.FromString(payload).id)

    def _put(self, payload: bytes) -> bytes:
        request = PutState.FromString(payload)
        return self._write(request.collection, request.key, request.value or None)

    def _delete(self, payload: bytes) -> bytes:
        request = DelState.FromString(payload)
        return self._write(request.collection, request.key, None)

    def _write(self, collection: str, key: str, value: bytes | None) -> bytes:
        if collection:
            self._allow_private()
            self._transaction.write_private(self._namespace, collection, key, value)
        else:
            self._transaction.write(self._namespace, key, value)
        return b""

    def _purge(self, payload: bytes) -> bytes:
        request = DelState.FromString(payload)
        return self._purge_key(request.collection, request.key)

    def _purge_key(self, collection: str, key: str) -> bytes:
        if not collection:
            raise RequestError("only applicable for private data")
        self._allow_private()
        self._transaction.write_private(self._namespace, collection, key, None, purge=True)
        return b""

    def _put_metadata(self, payload: bytes) -> bytes:
        request = PutStateMetadata.FromString(payload)
        return self._write_metadata(request.collection, request.key, request.metadata)

    def _write_metadata(self, collection: str, key: str, metadata: StateMetadata) -> bytes:
        entries = {metadata.metakey: metadata.value}
        if collection:
            self._allow_private()
            self._transaction.write_private_metadata(self._namespace, collection, key, entries)
        else:
            self._transaction.write_metadata(self._namespace, key, entries)
        return b""

    def _write_batch(self, payload: bytes) -> bytes:
        for record in WriteBatchState.FromString(payload).rec:
            kind = record.type
            if kind == WriteRecord.PUT_STATE:
                self._write(record.collection, record.key, record.value or None)
            elif kind == WriteRecord.DEL_STATE:
                self._write(record.collection, record.key, None)
            elif kind == WriteRecord.PURGE_PRIVATE_DATA:
                self._purge_key(record.collection, record.key)
            elif kind == WriteRecord.PUT_STATE_METADATA:
                self._write_metadata(record.collection, record.key, record.metadata)
            else:
                raise RequestError("unknown operation type")
        return b""

    def _allow_private(self) -> None:
        if self._is_init:
            raise RequestError("private data APIs are not allowed in chaincode Init()")


_HANDLERS: Final[dict[int, str]] = {
    ChaincodeMessage.GET_STATE: "_get_state",
    ChaincodeMessage.GET_STATE_MULTIPLE: "_get_multiple",
    ChaincodeMessage.GET_PRIVATE_DATA_HASH: "_get_hash",
    ChaincodeMessage.GET_STATE_METADATA: "_get_metadata",
    ChaincodeMessage.GET_STATE_BY_RANGE: "_range",
    ChaincodeMessage.GET_QUERY_RESULT: "_rich_query",
    ChaincodeMessage.GET_HISTORY_FOR_KEY: "_history",
    ChaincodeMessage.QUERY_STATE_NEXT: "_next",
    ChaincodeMessage.QUERY_STATE_CLOSE: "_close",
    ChaincodeMessage.PUT_STATE: "_put",
    ChaincodeMessage.DEL_STATE: "_delete",
    ChaincodeMessage.PURGE_PRIVATE_DATA: "_purge",
    ChaincodeMessage.PUT_STATE_METADATA: "_put_metadata",
    ChaincodeMessage.WRITE_BATCH_STATE: "_write_batch",
}

REQUEST_TYPES: Final = frozenset(_HANDLERS) | {ChaincodeMessage.INVOKE_CHAINCODE}
"""What a ready chaincode may send besides its answers and KEEPALIVE."""


def _kv(namespace: str, entry: tuple[str, bytes] | None) -> bytes | None:
    if entry is None:
        return None
    return KV(namespace=namespace, key=entry[0], value=entry[1]).SerializeToString()


def _modification(version: KeyVersion | None) -> bytes | None:
    if version is None:
        return None
    return KeyModification(
        tx_id=version.transaction_id,
        value=version.value,
        timestamp=Timestamp(seconds=version.seconds, nanos=version.nanos),
        is_delete=version.is_delete,
    ).SerializeToString()
