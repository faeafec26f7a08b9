"""The unit of work of one transaction: what it read, and what it will write, once, at its end.

Fabric's reads never see the transaction's own writes; inside a unit they do. Writes leave in key order, in
one go, so that every endorser makes the same write set and Fabric's shim one WRITE_BATCH_STATE.
"""

from collections.abc import Sequence
from typing import Final

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.contract.stub import StateEntry, StatePage, Stub

WRITES_MAX: Final = 20_000
"""Keys that one transaction may write."""


class WriteInQuery(RuntimeError):  # noqa: N818  says what was done wrong
    """A query tried to write: a programming error."""


class UnitOfWork:
    """Reads through the stub at most once for a key, and collects the changes."""

    def __init__(self, stub: Stub, read_only: bool) -> None:
        self._stub = stub
        self._read_only = read_only
        self._committed: dict[str, bytes | None] = {}
        self._changes: dict[str, bytes | None] = {}

    async def load(self, keys: Sequence[str]) -> list[bytes | None]:
        """Values in the order of `keys`, None where absent; what is not known goes out as one multi-get."""
        committed, changes = self._committed, self._changes
        missing = [key for key in dict.fromkeys(keys) if key not in committed and key not in changes]
        if missing:
            committed.update(zip(missing, await self._stub.get_states(missing), strict=True))
        return [changes[key] if key in changes else committed[key] for key in keys]

    async def page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        """One page of committed state, for queries only: Fabric forbids it beside writes."""
        if not self._read_only:
            raise WriteInQuery("a page was read in a transaction that may write")
        return await self._stub.get_state_page(start, end, page_size, bookmark)

    async def range(self, start: str, end: str) -> tuple[StateEntry, ...]:
        """A bounded range of committed state, checked for phantoms at commit."""
        return await self._stub.get_state_range(start, end)

    def put(self, key: str, value: bytes) -> None:
        """Write `value`, which is never empty: Fabric would read that as a delete."""
        if not value:
            raise ValueError(f"empty value for {key!r}")
        self._change(key, value)

    def delete(self, key: str) -> None:
        """Delete a key, whether it was read or not."""
        self._change(key, None)

    def discard(self) -> None:
        """Forget every change, as if nothing had been written; what was read stays read."""
        self._changes.clear()

    def write_all(self) -> None:
        """Hand the changes to the stub in key order. Called once, by the contract."""
        if len(self._changes) > WRITES_MAX:
            raise Refusal(codes.WRITE_LIMIT, "writes", len(self._changes), limit=WRITES_MAX)
        for key in sorted(self._changes):
            value = self._changes[key]
            if value is None:
                self._stub.delete_state(key)
            else:
                self._stub.put_state(key, value)

    def _change(self, key: str, value: bytes | None) -> None:
        if self._read_only:
            raise WriteInQuery(f"a query wrote {key!r}")
        self._changes[key] = value
