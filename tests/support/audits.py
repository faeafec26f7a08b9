"""The invariants over the ledger in memory."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from tanhui.chaincode.audit.audit import Audit
from tanhui.chaincode.audit.check import Report
from tanhui.chaincode.audit.reading import Records, RecordT, State, Transaction
from tanhui.chaincode.contract.caller import read_caller
from tanhui.chaincode.contract.keys import prefix_range, split_key
from tanhui.chaincode.contract.repository import KeyType
from tanhui.proofs.effects import parse
from tests.support.memory_ledger import Done, MemoryLedger


class MemoryState:
    """Committed state as an audit reads it; its keys are sorted once, when it is made."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._state = ledger.state
        self._keys = sorted(ledger.state)

    def scan(self, start: str, end: str) -> Iterator[tuple[str, bytes]]:
        low, high = bisect_left(self._keys, start), bisect_left(self._keys, end)
        return ((key, self._state[key][0]) for key in self._keys[low:high])

    def get(self, key: str) -> bytes | None:
        entry = self._state.get(key)
        return entry[0] if entry else None


class KeptRecords(Records):
    """Decodes a value once, as long as the same bytes stand under the key: most of a ledger stays as it is."""

    def __init__(self, state: State, kept: dict[str, tuple[bytes, Any]]) -> None:
        super().__init__(state)
        self._kept = kept

    def all(self, key_type: KeyType[RecordT], *under: str) -> Iterator[tuple[tuple[str, ...], RecordT]]:
        for key, value in self._state.scan(*prefix_range(key_type.name, under)):
            yield split_key(key)[1], self._decoded(key_type, key, value)

    def find(self, key_type: KeyType[RecordT], *ids: str) -> RecordT | None:
        key = key_type.key(*ids)
        value = self._state.get(key)
        return None if value is None else self._decoded(key_type, key, value)

    def _decoded(self, key_type: KeyType[RecordT], key: str, value: bytes) -> RecordT:
        known = self._kept.get(key)
        if known is None or known[0] is not value:
            known = self._kept[key] = (value, key_type.codec.decode(value))
        record: RecordT = known[1]
        return record


def transaction_of(done: Done) -> Transaction:
    effects = () if done.event is None else parse(done.event[1])
    function, argument = done.arguments
    return Transaction(
        done.transaction_id, done.seconds, function.decode(), argument, read_caller(done.creator), effects
    )


class MemoryAudit:
    """Follows a ledger as it grows."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger
        self._audit = Audit()
        self._kept: dict[str, tuple[bytes, Any]] = {}
        self._last: list[Report] | None = None

    def reports(self) -> list[Report]:
        """Every invariant, over all that was committed until now; judged anew when anything was."""
        new = self._ledger.transactions[self._audit.transactions :]
        if new or self._last is None:
            self._audit.follow(map(transaction_of, new))
            self._last = self._audit.judge_records(KeptRecords(MemoryState(self._ledger), self._kept))
        return self._last


def broken(reports: list[Report]) -> dict[str, list[str]]:
    """What does not hold, by invariant."""
    return {
        report.name: [f"{one.where}: {one.detail}" for one in report.findings]
        for report in reports
        if report.broken
    }
