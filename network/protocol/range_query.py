"""The phantom check of range queries: raw reads while they are few, a Merkle summary once they are many.

Source: core/ledger/kvledger/txmgmt/rwsetutil/query_results_helper.go. The tree is Fabric's own: leaves are
hashes over batches of reads, and a level is folded into one node when it outgrows the degree.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

MAX_DEGREE = 50
"""Reads in a leaf and nodes in a level (txmgr/query_executor.go, maxDegreeQueryReadsHashing)."""

_LEAF_LEVEL = 1


class MerkleSummary(NamedTuple):
    """The top of the tree: its degree, its level (leaves are 1) and the hashes there."""

    max_degree: int
    max_level: int
    max_level_hashes: tuple[bytes, ...]


class RangeReads:
    """Collects a range query's reads one by one.

    `pending` holds at most `max_degree` + 1 reads, so a long range costs memory only where nothing is hashed.
    """

    def __init__(self, *, hashing: bool = True, max_degree: int = MAX_DEGREE) -> None:
        """Fabric always hashes; `hashing` off keeps every read raw."""
        if max_degree < 2:
            raise ValueError(f"max_degree is {max_degree}, expected at least 2")
        self._hashing = hashing
        self._max_degree = max_degree
        self._pending: list[tuple[str, tuple[int, int] | None]] = []
        self._levels: dict[int, list[bytes]] = {}
        self._top = _LEAF_LEVEL

    def add(self, key: str, version: tuple[int, int] | None) -> None:
        """The next read of the range."""
        self._pending.append((key, version))
        if self._hashing and len(self._pending) > self._max_degree:
            self._fold_pending()

    def finish(self) -> tuple[tuple[tuple[str, tuple[int, int] | None], ...], MerkleSummary | None]:
        """The raw reads, or no read and the summary once the tree has a leaf."""
        if not self._hashing or not self._levels:
            return tuple(self._pending), None
        if self._pending:
            self._fold_pending()
        self._close()
        return (), self.summary()

    def summary(self) -> MerkleSummary:
        """The top of the tree as it stands, which a validator compares while it re-reads the range."""
        return MerkleSummary(self._max_degree, self._top, tuple(self._levels.get(self._top, ())))

    def _fold_pending(self) -> None:
        message = kv_rwset_pb2.QueryReads()
        for key, version in self._pending:
            if version is None:
                message.kv_reads.add(key=key)
            else:
                message.kv_reads.add(
                    key=key, version=kv_rwset_pb2.Version(block_num=version[0], tx_num=version[1])
                )
        self._pending.clear()
        self._levels.setdefault(_LEAF_LEVEL, []).append(_sha256(message.SerializeToString()))
        level = _LEAF_LEVEL
        while len(self._levels[level]) > self._max_degree:
            combined = _combine(self._levels.pop(level))
            level += 1
            self._levels.setdefault(level, []).append(combined)
            self._top = max(self._top, level)

    def _close(self) -> None:
        """Lift what is left below the top into the top level."""
        for level in range(_LEAF_LEVEL, self._top):
            hashes = self._levels.pop(level, [])
            if hashes:
                lifted = hashes[0] if len(hashes) == 1 else _combine(hashes)
                self._levels.setdefault(level + 1, []).append(lifted)
        final = self._levels[self._top]
        if len(final) > self._max_degree:
            del self._levels[self._top]
            self._top += 1
            self._levels[self._top] = [_combine(final)]


def _combine(hashes: Sequence[bytes]) -> bytes:
    return _sha256(b"".join(hashes))


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
