"""What a block changes, where Fabric's rules are less plain than last write wins (txmgmt/validation/tx_ops.go)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from tanhui.network.protocol.commit_hash import Update
from tanhui.network.protocol.rwset import (
    CollectionHashes,
    HashedRead,
    HashedWrite,
    MetadataWrite,
    NamespaceRwset,
    Version,
    Write,
)
from tanhui.node.ledger import BlockUpdates, Ledger, LedgerOptions
from tanhui.node.ledger.updates import serialize_metadata
from tanhui.node.validation.mvcc import check_reads
from tests.support.chain import WriteTx, genesis_block, txid, write_block

SMALL = LedgerOptions(write_buffer_bytes=1 << 20, cache_bytes=1 << 20)
POLICY = (("VALIDATION_PARAMETER", b"policy"),)
STORED = serialize_metadata(POLICY)
OLD = b"old"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger", SMALL) as opened:
        opened.commit_block(genesis_block())
        block = write_block(1, opened.header_hash, [WriteTx(txid(1), {"a": OLD, "b": OLD})])
        opened.commit_block(block)
        yield opened


def rwset(
    writes: list[tuple[str, bytes | None]],
    metadata: list[tuple[str, tuple[tuple[str, bytes], ...]]] | None = None,
) -> list[NamespaceRwset]:
    return [
        NamespaceRwset(
            "registry",
            writes=tuple(Write(*one) for one in writes),
            metadata_writes=tuple(MetadataWrite(*one) for one in metadata or []),
        )
    ]


def result(updates: BlockUpdates, key: str) -> tuple[bytes | None, bytes] | None:
    found = updates.public("registry").get(key)
    return None if found is None else (found.value, updates.metadata.get((("registry", ""), key), b""))


def committed(ledger: Ledger, updates: BlockUpdates) -> None:
    block = write_block(ledger.height, ledger.header_hash, [WriteTx(txid("m", ledger.height), {})])
    updates.txids.append(txid("m", ledger.height))
    ledger.commit_block(block, updates)


def test_metadata_outlives_a_later_value(ledger: Ledger) -> None:
    first = BlockUpdates(2, ledger.state)
    first.apply(0, rwset([], [("a", POLICY), ("absent", POLICY)]))
    assert result(first, "a") == (OLD, STORED)
    assert result(first, "absent") is None
    committed(ledger, first)
    stored = ledger.get_state("registry", "a")
    assert stored is not None
    assert (stored.value, stored.version, stored.metadata) == (OLD, Version(2, 0), STORED)
    assert ledger.state.uses_metadata("registry")

    second = BlockUpdates(3, ledger.state)
    second.apply(0, rwset([("a", b"new"), ("b", b"new")]))
    assert result(second, "a") == (b"new", STORED)
    assert result(second, "b") == (b"new", b"")
    second.apply(1, rwset([("a", None)]))
    assert result(second, "a") == (None, b"")
    second.apply(2, rwset([("a", b"again")]))
    assert result(second, "a") == (b"again", b"")


def test_metadata_is_deleted_by_an_empty_write(ledger: Ledger) -> None:
    updates = BlockUpdates(2, ledger.state)
    updates.apply(0, rwset([("a", b"1")], [("a", POLICY)]))
    assert result(updates, "a") == (b"1", STORED)
    updates.apply(1, rwset([], [("a", ())]))
    assert result(updates, "a") == (b"1", b"")
    updates.apply(2, rwset([("a", b"2")], [("a", ())]))
    assert result(updates, "a") == (b"2", b"")


def test_a_repeated_key_is_what_added_flags_make_of_it(ledger: Ledger) -> None:
    updates = BlockUpdates(2, ledger.state)
    # Two upserts add up to "metadata update": the committed value stays, under a new version.
    updates.apply(0, rwset([("a", b"1"), ("a", b"2")]))
    assert updates.public("registry")["a"] == Update(OLD, 2, 0)
    # Of an absent key nothing stays.
    updates.apply(1, rwset([("none", b"1"), ("none", b"2")]))
    assert "none" not in updates.public("registry")
    # An upsert and a delete are a delete.
    updates.apply(2, rwset([("b", b"1"), ("b", None)]))
    assert updates.public("registry")["b"] == Update(None, 2, 2)


def test_hashes_of_private_data(ledger: Ledger) -> None:
    key, value = b"\x01" * 32, b"\x02" * 32

    def private(writes: tuple[HashedWrite, ...], reads: tuple[HashedRead, ...] = ()) -> list[NamespaceRwset]:
        return [NamespaceRwset("registry", collections=(CollectionHashes("secret", reads, writes),))]

    updates = BlockUpdates(2, ledger.state)
    updates.apply(0, private((HashedWrite(key, value, False),)))
    assert updates.by_namespace()["registry"].collections == {"secret": {key: Update(value, 2, 0)}}
    assert not updates.history
    unread = private((), (HashedRead(key, None),))
    assert check_reads(unread, BlockUpdates(2, ledger.state), ledger.state) == 0
    assert check_reads(unread, updates, ledger.state) == 11
    committed(ledger, updates)
    found = ledger.state.get_hashed("registry", "secret", key)
    assert found is not None
    assert (found.value, found.version) == (value, Version(2, 0))
    assert [key for key, _ in ledger.state_range("registry", "", "")] == ["a", "b"]
    fresh = BlockUpdates(3, ledger.state)
    assert check_reads(unread, fresh, ledger.state) == 11
    assert check_reads(private((), (HashedRead(key, Version(2, 0)),)), fresh, ledger.state) == 0


def test_serialised_metadata_is_the_write_without_its_key() -> None:
    stored = kv_rwset_pb2.KVMetadataWrite.FromString(STORED)
    assert stored.key == ""
    assert [(entry.name, entry.value) for entry in stored.entries] == list(POLICY)
