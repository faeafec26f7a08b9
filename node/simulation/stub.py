"""The Stub of one transaction over a snapshot: reads are recorded with their versions, writes are collected.

The rules are Fabric's: core/ledger/kvledger/txmgmt/txmgr (tx_simulator.go, query_executor.go) and the checks
that its shims make (fabric-chaincode-go/shim/stub.go). Reads never see the transaction's own writes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tanhui.chaincode.contract.stub import (
    COMPOSITE_KEY_NAMESPACE,
    KeyModification,
    StateEntry,
    StatePage,
    Timestamp,
)
from tanhui.network.protocol.range_query import RangeReads
from tanhui.network.protocol.rwset import RangeQuery, Read, RwsetBuilder, Version
from tanhui.node.ledger import KeyVersion, StateReader
from tanhui.node.simulation.errors import SimulationError

FIRST_SIMPLE_KEY = "\x01"
"""Where an unbounded range begins, so that composite keys stay out of it."""

HistoryReader = Callable[[str, str], Iterable[KeyVersion]]
"""Committed versions of (namespace, key), newest first: `Ledger.history`."""


@dataclass(frozen=True, slots=True)
class SimulationLimits:
    """How much one transaction may read and write.

    Attributes:
        query_results_max: entries of a range or history; Fabric's ledger.state.totalQueryLimit.
        key_bytes_max: UTF-8 bytes of one key.
        write_bytes_max: keys and values written by one transaction.
    """

    query_results_max: int = 100_000
    key_bytes_max: int = 4096
    write_bytes_max: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a proposal asks for, its signature verified.

    Attributes:
        namespace: the chaincode's name.
        creator: msp.SerializedIdentity bytes of the client.
        arguments: function name first.
        transient: never reaches the ledger.
    """

    channel_id: str
    transaction_id: str
    namespace: str
    timestamp: Timestamp
    creator: bytes
    arguments: Sequence[bytes]
    transient: Mapping[str, bytes] = field(default_factory=dict)


class SimulationStub:
    """Satisfies tanhui.chaincode.contract.stub.Stub. For one transaction and one thread."""

    def __init__(
        self,
        invocation: Invocation,
        state: StateReader,
        history: HistoryReader,
        limits: SimulationLimits,
    ) -> None:
        self._invocation = invocation
        self._namespace = invocation.namespace
        self._state = state
        self._history = history
        self._limits = limits
        self._rwset = RwsetBuilder()
        self._write_bytes = 0
        self._wrote = False
        self._paged = False
        self.event: tuple[str, bytes] | None = None
        """Name and payload of the chaincode event."""

    @property
    def channel_id(self) -> str:
        """See Stub."""
        return self._invocation.channel_id

    @property
    def transaction_id(self) -> str:
        """See Stub."""
        return self._invocation.transaction_id

    @property
    def timestamp(self) -> Timestamp:
        """See Stub."""
        return self._invocation.timestamp

    @property
    def creator(self) -> bytes:
        """See Stub."""
        return self._invocation.creator

    @property
    def arguments(self) -> Sequence[bytes]:
        """See Stub."""
        return self._invocation.arguments

    @property
    def transient(self) -> Mapping[str, bytes]:
        """See Stub."""
        return self._invocation.transient

    async def get_states(self, keys: Sequence[str]) -> list[bytes | None]:
        """See Stub."""
        return self.read(self._namespace, keys)

    def read(self, namespace: str, keys: Sequence[str]) -> list[bytes | None]:
        """Read and record keys of any namespace: the peer itself reads `_lifecycle` in every simulation."""
        add_read = self._rwset.add_read
        values: list[bytes | None] = []
        for key, found in zip(keys, self._state.get_many(namespace, keys), strict=True):
            if not key:
                raise SimulationError("key", "is empty")
            if found is None:
                add_read(namespace, key, None)
                values.append(None)
            else:
                add_read(namespace, key, found.version)
                values.append(found.value)
        return values

    async def get_state_range(self, start: str, end: str) -> tuple[StateEntry, ...]:
        """See Stub. An empty `start` or `end` is unbounded."""
        first = _range_start(start, end)
        entries: list[StateEntry] = []
        reads = RangeReads()
        for key, found in self._state.range(self._namespace, first, end):
            if len(entries) >= self._limits.query_results_max:
                raise SimulationError(
                    "range", f"more than {self._limits.query_results_max} entries; read pages"
                )
            reads.add(key, found.version)
            entries.append(StateEntry(key, found.value))
        self._record_range(first, end, reads, exhausted=True)
        return tuple(entries)

    async def get_state_page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        """See Stub. A bookmark is the key to go on with, as in Fabric."""
        if self._wrote:
            raise SimulationError("page", "paginated queries are supported in a read-only transaction only")
        if page_size < 1:
            raise SimulationError("page_size", f"is {page_size}, expected at least 1")
        self._paged = True
        _range_start(start, end)
        first = bookmark or _range_start(start, end)
        limit = min(page_size, self._limits.query_results_max)
        entries: list[StateEntry] = []
        reads = RangeReads()
        following = ""
        exhausted = True
        for key, found in self._state.range(self._namespace, first, end):
            if len(entries) == limit:
                following = key
                exhausted = False
                break
            reads.add(key, found.version)
            entries.append(StateEntry(key, found.value))
        # Fabric stops at the page's last entry without asking whether another follows.
        exhausted = exhausted and len(entries) < limit
        self._record_range(first, end if exhausted else entries[-1].key, reads, exhausted=exhausted)
        return StatePage(tuple(entries), following)

    async def get_history(self, key: str) -> tuple[KeyModification, ...]:
        """See Stub."""
        found: list[KeyModification] = []
        for one in self._history(self._namespace, key):
            if one.block >= self._state.height:
                continue
            if len(found) >= self._limits.query_results_max:
                raise SimulationError("history", f"more than {self._limits.query_results_max} versions")
            when = Timestamp(one.seconds, one.nanos)
            found.append(KeyModification(one.transaction_id, when, one.value, one.is_delete))
        return tuple(found)

    def put_state(self, key: str, value: bytes) -> None:
        """See Stub."""
        if not value:
            raise SimulationError("value", f"of {key!r} is empty, which Fabric reads as a delete")
        self._check_write(key, len(value))
        self._rwset.add_write(self._namespace, key, value)

    def delete_state(self, key: str) -> None:
        """See Stub."""
        self._check_write(key, 0)
        self._rwset.add_write(self._namespace, key, None)

    def set_event(self, name: str, payload: bytes) -> None:
        """See Stub."""
        if not name:
            raise SimulationError("event name", "is empty")
        self.event = (name, payload)

    def results(self) -> bytes:
        """rwset.TxReadWriteSet bytes of everything so far."""
        return self._rwset.to_bytes()

    @property
    def wrote(self) -> bool:
        """Whether the transaction writes."""
        return self._wrote

    def _check_write(self, key: str, value_bytes: int) -> None:
        if not key:
            raise SimulationError("key", "is empty")
        if self._paged:
            raise SimulationError("page", "the transaction has read a page: writes are not allowed")
        key_bytes = len(key.encode())
        if key_bytes > self._limits.key_bytes_max:
            raise SimulationError("key", f"has {key_bytes} bytes, at most {self._limits.key_bytes_max}")
        self._write_bytes += key_bytes + value_bytes
        if self._write_bytes > self._limits.write_bytes_max:
            raise SimulationError(
                "writes", f"more than {self._limits.write_bytes_max} bytes in one transaction"
            )
        self._wrote = True

    def _record_range(self, start: str, end: str, reads: RangeReads, *, exhausted: bool) -> None:
        raw, summary = reads.finish()
        recorded = tuple([Read(key, None if version is None else Version(*version)) for key, version in raw])
        self._rwset.add_range_query(self._namespace, RangeQuery(start, end, exhausted, recorded, summary))


def _range_start(start: str, end: str) -> str:
    """The first key of a range; a simple range and a composite one do not mix."""
    composite = start.startswith(COMPOSITE_KEY_NAMESPACE)
    if end.startswith(COMPOSITE_KEY_NAMESPACE) != composite and (end or composite):
        raise SimulationError("range", f"from {start!r} to {end!r} mixes simple and composite keys")
    return start or FIRST_SIMPLE_KEY
