"""The Stub of one chaincode in one transaction: a view of the transaction in the chaincode's namespace.

The checks are those that Fabric's shims make (fabric-chaincode-go/shim/stub.go).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.contract.stub import (
    COMPOSITE_KEY_NAMESPACE,
    KeyModification,
    StateEntry,
    StatePage,
    Timestamp,
)
from tanhui.node.simulation.errors import SimulationError
from tanhui.node.simulation.transaction import TransactionSimulator

FIRST_SIMPLE_KEY = "\x01"
"""Where an unbounded range begins, so that composite keys stay out of it."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a proposal asks for, its signature verified.

    Attributes:
        namespace: the chaincode's name.
        creator: msp.SerializedIdentity bytes of the client.
        arguments: function name first.
        transient: never reaches the ledger.
        signed_proposal: gives peer.SignedProposal bytes, for chaincodes in other processes.
        calls: runs another chaincode for them in this transaction.
        is_init: the call is the chaincode's initialisation.
    """

    channel_id: str
    transaction_id: str
    namespace: str
    timestamp: Timestamp
    creator: bytes
    arguments: Sequence[bytes]
    transient: Mapping[str, bytes] = field(default_factory=dict)
    signed_proposal: Callable[[], bytes] = bytes
    calls: "Calls | None" = None
    is_init: bool = False


Calls = Callable[["SimulationStub", str, Sequence[bytes]], Awaitable[ChaincodeMessage]]
"""Runs `name` or `name/channel` with these arguments for the stub's chaincode: COMPLETED or ERROR.

Raises SimulationError, ChaincodeError."""


class SimulationStub:
    """Satisfies tanhui.chaincode.contract.stub.Stub. For one transaction and one thread.

    Attributes:
        invocation: what is asked of the chaincode.
        transaction: the whole transaction, other chaincodes' parts included.
        event: name and payload of the chaincode event.
    """

    def __init__(self, invocation: Invocation, transaction: TransactionSimulator) -> None:
        self.invocation = invocation
        self.transaction = transaction
        self._namespace = invocation.namespace
        self.event: tuple[str, bytes] | None = None

    @property
    def channel_id(self) -> str:
        """See Stub."""
        return self.invocation.channel_id

    @property
    def transaction_id(self) -> str:
        """See Stub."""
        return self.invocation.transaction_id

    @property
    def timestamp(self) -> Timestamp:
        """See Stub."""
        return self.invocation.timestamp

    @property
    def creator(self) -> bytes:
        """See Stub."""
        return self.invocation.creator

    @property
    def arguments(self) -> Sequence[bytes]:
        """See Stub."""
        return self.invocation.arguments

    @property
    def transient(self) -> Mapping[str, bytes]:
        """See Stub."""
        return self.invocation.transient

    async def get_states(self, keys: Sequence[str]) -> list[bytes | None]:
        """See Stub."""
        return self.transaction.read(self._namespace, keys)

    async def get_state_range(self, start: str, end: str) -> tuple[StateEntry, ...]:
        """See Stub. An empty `start` or `end` is unbounded."""
        limit = self.transaction.limits.query_results_max
        cursor = self.transaction.open_range(self._namespace, _range_start(start, end), end)
        entries: list[StateEntry] = []
        while (entry := cursor.next()) is not None:
            if len(entries) >= limit:
                raise SimulationError("range", f"more than {limit} entries; read pages")
            entries.append(StateEntry(*entry))
        return tuple(entries)

    async def get_state_page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        """See Stub. A bookmark is the key to go on with, as in Fabric."""
        if page_size < 1:
            raise SimulationError("page_size", f"is {page_size}, expected at least 1")
        first = bookmark or _range_start(start, end)
        _range_start(start, end)
        limit = min(page_size, self.transaction.limits.query_results_max)
        cursor = self.transaction.open_page(self._namespace, first, end)
        entries: list[StateEntry] = []
        # Fabric stops at the page's last entry without asking whether another follows.
        while len(entries) < limit and (entry := cursor.next()) is not None:
            entries.append(StateEntry(*entry))
        return StatePage(tuple(entries), cursor.peek_bookmark())

    async def get_history(self, key: str) -> tuple[KeyModification, ...]:
        """See Stub."""
        limit = self.transaction.limits.query_results_max
        found: list[KeyModification] = []
        for one in self.transaction.history(self._namespace, key):
            if len(found) >= limit:
                raise SimulationError("history", f"more than {limit} versions")
            when = Timestamp(one.seconds, one.nanos)
            found.append(KeyModification(one.transaction_id, when, one.value, one.is_delete))
        return tuple(found)

    def put_state(self, key: str, value: bytes) -> None:
        """See Stub."""
        if not value:
            raise SimulationError("value", f"of {key!r} is empty, which Fabric reads as a delete")
        self.transaction.write(self._namespace, key, value)

    def delete_state(self, key: str) -> None:
        """See Stub."""
        self.transaction.write(self._namespace, key, None)

    def set_event(self, name: str, payload: bytes) -> None:
        """See Stub."""
        if not name:
            raise SimulationError("event name", "is empty")
        self.event = (name, payload)


def _range_start(start: str, end: str) -> str:
    """The first key of a range; a simple range and a composite one do not mix."""
    composite = start.startswith(COMPOSITE_KEY_NAMESPACE)
    if end.startswith(COMPOSITE_KEY_NAMESPACE) != composite and (end or composite):
        raise SimulationError("range", f"from {start!r} to {end!r} mixes simple and composite keys")
    return start or FIRST_SIMPLE_KEY
