"""The invariants over the ledger in memory."""

from collections.abc import Iterator

from tanhui.chaincode.audit.audit import Audit
from tanhui.chaincode.audit.check import Report
from tanhui.chaincode.audit.reading import Transaction
from tanhui.chaincode.contract.caller import read_caller
from tanhui.proofs.effects import parse
from tests.support.memory_ledger import Done, MemoryLedger


class MemoryState:
    """Committed state as an audit reads it."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._state = ledger.state

    def scan(self, start: str, end: str) -> Iterator[tuple[str, bytes]]:
        found = sorted(key for key in self._state if start <= key < end)
        return ((key, self._state[key][0]) for key in found)

    def get(self, key: str) -> bytes | None:
        entry = self._state.get(key)
        return entry[0] if entry else None


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

    def reports(self) -> list[Report]:
        """Every invariant, over all that was committed until now."""
        self._audit.follow(map(transaction_of, self._ledger.transactions[self._audit.transactions :]))
        return self._audit.judge(MemoryState(self._ledger))


def broken(reports: list[Report]) -> dict[str, list[str]]:
    """What does not hold, by invariant."""
    return {
        report.name: [f"{one.where}: {one.detail}" for one in report.findings]
        for report in reports
        if report.broken
    }
