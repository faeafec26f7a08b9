"""Blocks in, state, history and indexes out; the same after a reopen and after a rebuild from the files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanhui.node.ledger import (
    BlockNotFoundError,
    BlockRefusedError,
    Ledger,
    LedgerClosedError,
    LedgerLockedError,
    LedgerOptions,
    StateValue,
    Version,
)
from tests.support.chain import WriteTx, genesis_block, txid, write_block

SMALL = LedgerOptions(file_bytes_max=4096, write_buffer_bytes=1 << 20, cache_bytes=1 << 20)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger", SMALL) as opened:
        opened.commit_block(genesis_block())
        yield opened


def commit(ledger: Ledger, *transactions: WriteTx) -> None:
    ledger.commit_block(write_block(ledger.height, ledger.header_hash, transactions))


def test_state_holds_last_write_and_version(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), {"a": b"1", "b": b"1"}), WriteTx(txid(2), {"a": b"2", "b": None}))
    assert ledger.height == 2
    assert ledger.get_state("registry", "a") == StateValue(b"2", Version(1, 1))
    assert ledger.get_state("registry", "b") is None
    assert ledger.get_states("registry", ["x", "a", "a"]) == [
        None,
        StateValue(b"2", Version(1, 1)),
        StateValue(b"2", Version(1, 1)),
    ]


def test_genesis_config_stands_in_the_empty_namespace(ledger: Ledger) -> None:
    assert ledger.get_state("", "resourcesconfigtx.CHANNEL_CONFIG_KEY") == StateValue(
        b"config", Version(0, 0)
    )
    assert ledger.commit_hash == b""


def test_an_invalid_transaction_changes_nothing_and_its_id_counts(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), {"a": b"1"}, code=11))
    assert ledger.get_state("registry", "a") is None
    found = ledger.find_transaction(txid(1))
    assert found is not None
    assert (found.block, found.index, found.code) == (1, 0, 11)
    assert not ledger.has_transaction(txid(2))


def test_first_appearance_of_a_transaction_id_stands(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), {"a": b"1"}), WriteTx(txid(1), {"a": b"2"}, code=9))
    commit(ledger, WriteTx(txid(1), {"a": b"3"}, code=9))
    found = ledger.find_transaction(txid(1))
    assert found is not None
    assert (found.block, found.index, found.code) == (1, 0, 0)


def test_history_is_newest_first_and_keeps_deletes(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), {"a": b"1", "ab": b"x"}), WriteTx(txid(2), {"a": b"2"}))
    commit(ledger, WriteTx(txid(3), {"a": None}, seconds=7), WriteTx(txid(4), {"a": b"9"}, code=11))
    versions = list(ledger.history("registry", "a"))
    assert [(v.transaction_id, v.value, v.is_delete) for v in versions] == [
        (txid(3), b"", True),
        (txid(2), b"2", False),
        (txid(1), b"1", False),
    ]
    assert versions[0].seconds == 7


def test_a_snapshot_does_not_move(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), {"a": b"1"}))
    with ledger.snapshot() as snapshot:
        commit(ledger, WriteTx(txid(2), {"a": b"2", "b": b"2"}))
        assert snapshot.height == 2
        assert snapshot.get("registry", "a") == StateValue(b"1", Version(1, 0))
        assert [key for key, _ in snapshot.range("registry", "", "")] == ["a"]
    with pytest.raises(LedgerClosedError):
        snapshot.get("registry", "a")


def test_range_bounds(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), dict.fromkeys(["\x00c\x00", "a", "b", "c", "é", "\U0010fffe"], b"v")))
    commit(ledger, WriteTx(txid(2), {"a": b"other"}, namespace="registry2"))
    assert [k for k, _ in ledger.state_range("registry", "a", "c")] == ["a", "b"]
    assert [k for k, _ in ledger.state_range("registry", "\x01", "")] == ["a", "b", "c", "é", "\U0010fffe"]
    assert [k for k, _ in ledger.state_range("registry", "c", "a")] == []


def test_blocks_by_number_hash_and_in_order(ledger: Ledger) -> None:
    for n in range(1, 12):
        commit(ledger, WriteTx(txid(n), {"k": bytes(500)}))
    assert [block.header.number for block in ledger.blocks()] == list(range(12))
    assert ledger.block_number_by_hash(ledger.header_hash) == 11
    with pytest.raises(BlockNotFoundError):
        ledger.block(12)


@pytest.mark.parametrize("field", ["number", "previous", "data", "flags"])
def test_a_block_that_does_not_continue_the_chain_is_refused(ledger: Ledger, field: str) -> None:
    block = write_block(1, ledger.header_hash, [WriteTx(txid(1), {"a": b"1"})])
    if field == "number":
        block.header.number = 2
    elif field == "previous":
        block.header.previous_hash = bytes(32)
    elif field == "data":
        block.data.data[0] += b"\x00"
    else:
        block.metadata.metadata[2] = b""
    with pytest.raises(BlockRefusedError):
        ledger.commit_block(block)
    assert ledger.height == 1


def test_reopen_and_rebuild_give_the_same_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with Ledger.open(folder, SMALL) as ledger:
        ledger.commit_block(genesis_block())
        for n in range(1, 30):
            commit(
                ledger,
                WriteTx(txid(n), {f"k{n % 7}": bytes([n]) * 300, f"d{n % 3}": None if n % 2 else b"d"}),
            )
        expected = (
            ledger.height,
            ledger.header_hash,
            ledger.commit_hash,
            list(ledger.state_range("registry", "", "")),
        )
        assert len(list((folder / "blocks").iterdir())) > 2
    with Ledger.open(folder, SMALL) as ledger:
        assert expected == (
            ledger.height,
            ledger.header_hash,
            ledger.commit_hash,
            list(ledger.state_range("registry", "", "")),
        )
    shutil.rmtree(folder / "state")
    with Ledger.open(folder, SMALL) as ledger:
        assert expected == (
            ledger.height,
            ledger.header_hash,
            ledger.commit_hash,
            list(ledger.state_range("registry", "", "")),
        )
        assert len(list(ledger.history("registry", "k1"))) == 5
        commit(ledger, WriteTx(txid(30), {"k": b"after"}))


def test_one_process_at_a_time(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerLockedError):
        Ledger.open(tmp_path / "ledger", SMALL)
