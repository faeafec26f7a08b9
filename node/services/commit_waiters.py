"""Who waits for which transaction (internal/pkg/gateway/commit); bounded by the calls at once."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """How a transaction ended: its peer.TxValidationCode and where it stands."""

    code: int
    block_number: int


class CommitWaiters:
    """Futures by transaction id, resolved by the commit."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[CommitStatus]]] = {}

    @property
    def waiting(self) -> int:
        """Transactions that somebody waits for."""
        return len(self._waiting)

    @contextmanager
    def subscribed(self, transaction_id: str) -> Iterator[asyncio.Future[CommitStatus]]:
        """A future for the transaction. Subscribe before looking in the ledger, or a commit may be missed."""
        future: asyncio.Future[CommitStatus] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(transaction_id, set()).add(future)
        try:
            yield future
        finally:
            future.cancel()
            others = self._waiting.get(transaction_id)
            if others is not None:
                others.discard(future)
                if not others:
                    del self._waiting[transaction_id]

    def committed(self, statuses: Iterable[tuple[str, CommitStatus]]) -> None:
        """Tell those who wait; the first status of an id in the block is the one the ledger keeps."""
        for transaction_id, status in statuses:
            for future in self._waiting.pop(transaction_id, ()):
                if not future.done():
                    future.set_result(status)

    def fail(self, failure: Exception) -> None:
        """Nothing will be committed any more."""
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_exception(failure)
        self._waiting.clear()
