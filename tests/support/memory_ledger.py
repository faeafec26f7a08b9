"""A ledger in memory with Fabric's semantics, so that contracts are tested without a node.

Simulation reads the state as it was committed when it began, never its own writes; commit checks the versions
of what was read and the keys in the ranges that were read (MVCC_READ_CONFLICT, PHANTOM_READ_CONFLICT).
Source of the semantics: core/ledger/kvledger/txmgmt in Fabric v3.1.5.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from tanhui.chaincode.contract.stub import (
    Chaincode,
    KeyModification,
    Response,
    StateEntry,
    StatePage,
    Timestamp,
)

Code = Literal["VALID", "MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"]
Version = tuple[int, int]
ResultT = TypeVar("ResultT")


def drive(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine that awaits nothing but a stub that resolves at once, as the embedded node does."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: ResultT = end.value
        return result
    coroutine.close()
    raise AssertionError("the contract awaited something that is not the port")


class ForbiddenByFabricError(AssertionError):
    """A contract did what a Fabric peer refuses."""


@dataclass
class RangeRead:
    start: str
    end: str
    versions: tuple[tuple[str, Version], ...]


@dataclass
class MemoryStub:
    """One simulated transaction over the state as it is now."""

    ledger: "MemoryLedger"
    creator: bytes
    arguments: Sequence[bytes]
    timestamp: Timestamp
    transaction_id: str
    channel_id: str = "credits"
    transient: dict[str, bytes] = field(default_factory=dict)
    reads: dict[str, Version | None] = field(default_factory=dict)
    ranges: list[RangeRead] = field(default_factory=list)
    writes: dict[str, bytes | None] = field(default_factory=dict)
    event: tuple[str, bytes] | None = None
    multi_gets: int = 0
    paged: bool = False

    def __post_init__(self) -> None:
        self.snapshot = dict(self.ledger.state)

    async def get_states(self, keys: Sequence[str]) -> list[bytes | None]:
        self.multi_gets += 1
        found = [self.snapshot.get(key) for key in keys]
        for key, entry in zip(keys, found, strict=True):
            self.reads[key] = entry[1] if entry else None
        return [entry[0] if entry else None for entry in found]

    async def get_state_range(self, start: str, end: str) -> tuple[StateEntry, ...]:
        found = self._between(start, end)
        self.ranges.append(RangeRead(start, end, tuple((key, self.snapshot[key][1]) for key in found)))
        return tuple(StateEntry(key, self.snapshot[key][0]) for key in found)

    async def get_state_page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        if self.writes:
            raise ForbiddenByFabricError("a paginated query after a write")
        self.paged = True
        found = self._between(bookmark or start, end)
        entries = tuple(StateEntry(key, self.snapshot[key][0]) for key in found[:page_size])
        return StatePage(entries, found[page_size] if len(found) > page_size else "")

    async def get_history(self, key: str) -> tuple[KeyModification, ...]:
        return tuple(reversed(self.ledger.history.get(key, [])))

    def put_state(self, key: str, value: bytes) -> None:
        self._write(key, value)
        if not value:
            raise ForbiddenByFabricError(f"an empty value for {key!r}")

    def delete_state(self, key: str) -> None:
        self._write(key, None)

    def set_event(self, name: str, payload: bytes) -> None:
        self.event = (name, payload)

    def _write(self, key: str, value: bytes | None) -> None:
        if self.paged:
            raise ForbiddenByFabricError("a write after a paginated query")
        if self.writes and key <= next(reversed(self.writes)):
            raise ForbiddenByFabricError(f"not written once in key order: {key!r}")
        self.writes[key] = value

    def _between(self, start: str, end: str) -> list[str]:
        keys = sorted(self.snapshot)
        return keys[bisect_left(keys, start) : bisect_left(keys, end)]


@dataclass
class Committed:
    stub: MemoryStub
    response: Response
    code: Code


@dataclass(frozen=True)
class Done:
    """A valid transaction, as a block would show it."""

    transaction_id: str
    seconds: int
    arguments: Sequence[bytes]
    creator: bytes
    event: tuple[str, bytes] | None


class MemoryLedger:
    """State with versions, history, and the valid transactions with their events; one a block."""

    def __init__(self) -> None:
        self.state: dict[str, tuple[bytes, Version]] = {}
        self.history: dict[str, list[KeyModification]] = {}
        self.events: list[tuple[str, bytes]] = []
        self.transactions: list[Done] = []
        self.height = 1
        self._made = 0

    def stub(self, creator: bytes, arguments: Sequence[bytes], seconds: int) -> MemoryStub:
        self._made += 1
        nonce = self._made.to_bytes(24, "big")
        transaction_id = hashlib.sha256(nonce + creator).hexdigest()
        return MemoryStub(self, creator, arguments, Timestamp(seconds, 0), transaction_id)

    def simulate(
        self, chaincode: Chaincode, creator: bytes, arguments: Sequence[bytes], seconds: int
    ) -> tuple[MemoryStub, Response]:
        stub = self.stub(creator, arguments, seconds)
        return stub, drive(chaincode.invoke(stub))

    def submit(
        self, chaincode: Chaincode, creator: bytes, arguments: Sequence[bytes], seconds: int
    ) -> Committed:
        """Simulate and, when it was endorsed, commit."""
        stub, response = self.simulate(chaincode, creator, arguments, seconds)
        if response.status >= 400:
            return Committed(stub, response, "VALID")
        return Committed(stub, response, self.commit(stub))

    def commit(self, stub: MemoryStub) -> Code:
        for key, version in stub.reads.items():
            now = self.state.get(key)
            if (now[1] if now else None) != version:
                return "MVCC_READ_CONFLICT"
        for read in stub.ranges:
            keys = [key for key in sorted(self.state) if read.start <= key < read.end]
            if tuple((key, self.state[key][1]) for key in keys) != read.versions:
                return "PHANTOM_READ_CONFLICT"
        for key, value in stub.writes.items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = (value, (self.height, 0))
            change = KeyModification(stub.transaction_id, stub.timestamp, value or b"", value is None)
            self.history.setdefault(key, []).append(change)
        if stub.event is not None:
            self.events.append(stub.event)
        self.transactions.append(
            Done(stub.transaction_id, stub.timestamp.seconds, stub.arguments, stub.creator, stub.event)
        )
        self.height += 1
        return "VALID"
