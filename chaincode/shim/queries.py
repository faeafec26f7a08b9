"""Ranges, pages, histories and rich queries: a first answer, then QUERY_STATE_NEXT while the peer has more.

The peer cuts results into parts of 100 (core/chaincode/query_response_generator.go); a page comes whole.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV
from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KeyModification as KeyModificationMessage
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    GetHistoryForKey,
    GetQueryResult,
    GetStateByRange,
    QueryMetadata,
    QueryResponse,
    QueryResponseMetadata,
    QueryStateClose,
    QueryStateNext,
)

from tanhui.chaincode.contract.stub import KeyModification, StateEntry, StatePage, Timestamp
from tanhui.chaincode.shim.errors import PeerError

FIRST_SIMPLE_KEY = "\x01"
"""Stands for an empty start, so that composite keys, which begin with U+0000, stay out."""


@dataclass(frozen=True, slots=True)
class Query:
    """A request that opens, continues or closes a query."""

    kind: ChaincodeMessage.Type.ValueType
    payload: bytes


Asking = Callable[[Query], Awaitable[bytes]]


def _range_request(start: str, end: str, collection: str = "", metadata: bytes = b"") -> Query:
    request = GetStateByRange(
        startKey=start or FIRST_SIMPLE_KEY, endKey=end, collection=collection, metadata=metadata
    )
    return Query(ChaincodeMessage.GET_STATE_BY_RANGE, request.SerializeToString())


def _entry(result: bytes) -> StateEntry:
    kv = KV.FromString(result)
    return StateEntry(kv.key, kv.value)


async def _results(ask: Asking, query: Query) -> AsyncIterator[bytes]:
    response = QueryResponse.FromString(await ask(query))
    try:
        while True:
            for result in response.results:
                yield result.resultBytes
            if not response.has_more:
                return
            following = QueryStateNext(id=response.id).SerializeToString()
            response = QueryResponse.FromString(
                await ask(Query(ChaincodeMessage.QUERY_STATE_NEXT, following))
            )
    finally:
        if response.has_more:  # left early: the peer holds a snapshot open until told
            closing = QueryStateClose(id=response.id).SerializeToString()
            await ask(Query(ChaincodeMessage.QUERY_STATE_CLOSE, closing))


async def key_range(ask: Asking, start: str, end: str, collection: str) -> AsyncIterator[StateEntry]:
    """Entries with start <= key < end in key order."""
    async for result in _results(ask, _range_request(start, end, collection)):
        yield _entry(result)


async def rich_query(ask: Asking, query: str, collection: str) -> AsyncIterator[StateEntry]:
    """Entries that a CouchDB selector finds. Raises PeerError on LevelDB."""
    request = GetQueryResult(query=query, collection=collection)
    opening = Query(ChaincodeMessage.GET_QUERY_RESULT, request.SerializeToString())
    async for result in _results(ask, opening):
        yield _entry(result)


async def history_of(ask: Asking, key: str) -> AsyncIterator[KeyModification]:
    """Committed versions of a key, newest first."""
    request = GetHistoryForKey(key=key)
    opening = Query(ChaincodeMessage.GET_HISTORY_FOR_KEY, request.SerializeToString())
    async for result in _results(ask, opening):
        version = KeyModificationMessage.FromString(result)
        moment = Timestamp(version.timestamp.seconds, version.timestamp.nanos)
        yield KeyModification(version.tx_id, moment, version.value, version.is_delete)


async def page_of(ask: Asking, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
    """One page and the bookmark of the next. Raises ValueError unless page_size > 0."""
    if page_size <= 0:
        raise ValueError(f"page_size: {page_size}: must be positive")
    metadata = QueryMetadata(pageSize=page_size, bookmark=bookmark).SerializeToString()
    query = _range_request(start, end, metadata=metadata)
    response = QueryResponse.FromString(await ask(query))
    if response.has_more:
        raise PeerError("GET_STATE_BY_RANGE", "", "a page came in parts")
    entries = tuple(_entry(result.resultBytes) for result in response.results)
    return StatePage(entries, QueryResponseMetadata.FromString(response.metadata).bookmark)
