"""The queries that one transaction has open: a first part, then QUERY_STATE_NEXT while there is more.

Source: core/chaincode/query_response_generator.go, transaction_context.go. One difference: a result of more than
Fabric's totalQueryLimit entries is refused here, as it is in process, where Fabric cuts it off in silence.
"""

from collections.abc import Callable

from fabric_protos.peer.chaincode_shim_pb2 import QueryResponse, QueryResponseMetadata, QueryResultBytes

from tanhui.node.chaincode.errors import RequestError
from tanhui.node.simulation import RangeCursor

Next = Callable[[], bytes | None]
"""The next result as bytes, None at the end."""

OPEN_MAX = 1_000
"""Queries that one transaction may have open at once."""


class _Open:
    def __init__(self, following: Next, ahead: bytes) -> None:
        self.following = following
        self.ahead = ahead
        self.given = 0


class OpenQueries:
    """Of one transaction at one chaincode. Each holds an iterator over the snapshot."""

    def __init__(self, part: int, results_max: int) -> None:
        self._part = part
        self._results_max = results_max
        self._open: dict[str, _Open] = {}
        self._numbers = 0

    def begin(self, following: Next) -> bytes:
        """QueryResponse bytes with the first part of a new query."""
        if len(self._open) >= OPEN_MAX:
            raise RequestError(f"more than {OPEN_MAX} queries are open")
        self._numbers += 1
        first = following()
        name = str(self._numbers)
        if first is None:
            return QueryResponse(has_more=False, id=name).SerializeToString()
        self._open[name] = _Open(following, first)
        return self.next(name)

    def next(self, name: str) -> bytes:
        """QueryResponse bytes with the next part. Raises RequestError for a query that is not open."""
        query = self._open.get(name)
        if query is None:
            raise RequestError("query iterator not found")
        response = QueryResponse(id=name)
        ahead: bytes | None = query.ahead
        while ahead is not None and len(response.results) < self._part:
            response.results.append(QueryResultBytes(resultBytes=ahead))
            ahead = query.following()
        query.given += len(response.results)
        if query.given > self._results_max:
            del self._open[name]
            raise RequestError(f"more than {self._results_max} entries; read pages")
        if ahead is None:
            del self._open[name]
        else:
            query.ahead = ahead
            response.has_more = True
        return response.SerializeToString()

    def close(self, name: str) -> bytes:
        """QueryResponse bytes that end a query; one that is not open is no fault."""
        self._open.pop(name, None)
        return QueryResponse(has_more=False, id=name).SerializeToString()

    def clear(self) -> None:
        """The transaction is over."""
        self._open.clear()


def page_response(cursor: RangeCursor, following: Next, page_size: int) -> bytes:
    """QueryResponse bytes with one page, and the bookmark of the next."""
    response = QueryResponse()
    # Fabric stops at the page's last entry without asking whether another follows.
    while len(response.results) < page_size and (result := following()) is not None:
        response.results.append(QueryResultBytes(resultBytes=result))
    metadata = QueryResponseMetadata(
        fetched_records_count=len(response.results), bookmark=cursor.peek_bookmark()
    )
    response.metadata = metadata.SerializeToString()
    return response.SerializeToString()
