"""Serialisability: what a transaction read must still be so when its turn comes (codes 11 and 12).

Source: core/ledger/kvledger/txmgmt/validation (validator.go, rangequery_validator.go, combined_iterator.go).
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.range_query import RangeReads
from tanhui.network.protocol.rwset import NamespaceRwset, RangeQuery, Read, Version
from tanhui.node.ledger import BlockUpdates, StateReader

Code = transaction_pb2.TxValidationCode
VALID = int(Code.VALID)


Versions = Mapping[str, Mapping[str, tuple[int, int] | None]]
"""Committed versions by namespace and key."""


def committed_versions(rwsets: Iterable[Sequence[NamespaceRwset]], state: StateReader) -> Versions:
    """The committed versions of all keys that a block's transactions read, each looked up once."""
    keys: dict[str, dict[str, None]] = {}
    for rwset in rwsets:
        for one in rwset:
            if one.reads:
                keys.setdefault(one.namespace, {}).update([(key, None) for key, _ in one.reads])
    found = {}
    for namespace, named in keys.items():
        asked = list(named)
        found[namespace] = dict(zip(asked, state.get_versions(namespace, asked), strict=True))
    return found


def check_reads(
    rwset: Sequence[NamespaceRwset],
    updates: BlockUpdates,
    state: StateReader,
    committed: Versions | None = None,
) -> int:
    """The transaction's code, given the committed state and what earlier ones of the block changed.

    `committed` covers what the transaction reads, where it was looked up already for the whole block.
    """
    if committed is None:
        committed = committed_versions([rwset], state)
    for one in rwset:
        namespace, reads, range_queries, _, _, collections = one
        if reads and not _reads_stand(reads, updates.public(namespace), committed[namespace]):
            return Code.MVCC_READ_CONFLICT
        for query in range_queries:
            if not _range_stands(namespace, query, updates, state):
                return Code.PHANTOM_READ_CONFLICT
        if collections and not _hashed_reads_stand(one, updates, state):
            return Code.MVCC_READ_CONFLICT
    return VALID


def _reads_stand(
    reads: Sequence[Read], changed: Container[str | bytes], committed: Mapping[str, tuple[int, int] | None]
) -> bool:
    for key, version in reads:  # noqa: SIM110 - all() of a generator costs more than its one or two reads
        if key in changed or version != committed[key]:
            return False
    return True


def _hashed_reads_stand(one: NamespaceRwset, updates: BlockUpdates, state: StateReader) -> bool:
    for collection in one.collections:
        changed = updates.spaces.get((one.namespace, collection.name), {})
        for key_hash, version in collection.reads:
            if key_hash in changed:
                return False
            found = state.get_hashed(one.namespace, collection.name, key_hash)
            if version != (None if found is None else found.version):
                return False
    return True


def _range_stands(namespace: str, query: RangeQuery, updates: BlockUpdates, state: StateReader) -> bool:
    """Run the query again. A caller who stopped early has seen `end`, so it belongs to the range."""
    found = _combined(namespace, query.start, query.end, updates, state, include_end=not query.exhausted)
    if query.summary is None:
        expected = iter(query.reads)
        for key, version in found:
            read = next(expected, None)
            if read is None or read.key != key or read.version != version:
                return False
        return next(expected, None) is None
    if query.summary.max_degree < 2:
        return False
    reads = RangeReads(max_degree=query.summary.max_degree)
    for key, version in found:
        reads.add(key, version)
    _, summary = reads.finish()
    return summary == query.summary


def _combined(
    namespace: str, start: str, end: str, updates: BlockUpdates, state: StateReader, *, include_end: bool
) -> Iterator[tuple[str, Version]]:
    """Committed entries of the range with the block's changes laid over them, in key order."""
    changed = updates.public(namespace)
    pending = sorted(
        key for key in changed if isinstance(key, str) and start <= key and (not end or key < end)
    )
    position = 0
    for key, found in state.range(namespace, start, end):
        while position < len(pending) and pending[position] < key:
            yield from _changed(pending[position], updates, namespace)
            position += 1
        if position < len(pending) and pending[position] == key:
            yield from _changed(key, updates, namespace)
            position += 1
        else:
            yield key, found.version
    for key in pending[position:]:
        yield from _changed(key, updates, namespace)
    if include_end:
        if end in changed:
            yield from _changed(end, updates, namespace)
        else:
            last = state.get(namespace, end)
            if last is not None:
                yield end, last.version


def _changed(key: str, updates: BlockUpdates, namespace: str) -> Iterator[tuple[str, Version]]:
    update = updates.public(namespace)[key]
    if update.value is not None:
        yield key, Version(update.block, update.transaction)
