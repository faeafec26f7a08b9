"""Blocks in, state, history and indexes out; the same after a reopen and after a rebuild from the files."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tanhui.node.ledger import (
    BlockNotFoundError,
    BlockRefusedError,
    CrashPoint,
    Ledger,
    LedgerClosedError,
    LedgerCorruptError,
    LedgerLockedError,
    LedgerOptions,
    StateValue,
    Version,
)
from tanhui.node.ledger.block_store import BlockStore, Location
from tanhui.node.ledger.fsck import fsck
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


def test_a_commit_that_fails_midway_stops_the_ledger_until_it_is_reopened(tmp_path: Path) -> None:
    folder, failing = tmp_path / "ledger", [False]

    def point(passed: CrashPoint) -> None:
        if failing[0] and passed == CrashPoint.BLOCK_HALF_WRITTEN:
            raise OSError(28, "No space left on device")

    with Ledger.open(folder, SMALL, crash_points=point) as ledger:
        ledger.commit_block(genesis_block())
        commit(ledger, WriteTx(txid(1), {"a": b"1"}))
        failing[0] = True
        with pytest.raises(OSError, match="No space"):
            commit(ledger, WriteTx(txid(2), {"a": b"2"}))
        failing[0] = False
        with pytest.raises(LedgerClosedError, match="reopen"):
            commit(ledger, WriteTx(txid(3), {"a": b"3"}))
        assert ledger.height == 2
        assert ledger.get_state("registry", "a") == StateValue(b"1", Version(1, 0))
    with Ledger.open(folder, SMALL) as ledger:
        assert ledger.height == 2
        commit(ledger, WriteTx(txid(3), {"a": b"3"}))
        assert ledger.height == 3


def test_readers_see_whole_blocks_while_others_commit(ledger: Ledger) -> None:
    commit(ledger, WriteTx(txid(1), dict.fromkeys("abcdef", b"1")))
    done = Event()

    def read() -> int:
        seen = 0
        while not done.is_set():
            with ledger.snapshot() as snapshot:
                values = snapshot.get_many("registry", list("abcdef"))
                height = snapshot.height
            assert {one.value for one in values if one is not None} == {b"%d" % (height - 1)}
            assert None not in values
            seen += 1
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for number in range(2, 60):
            commit(ledger, WriteTx(txid(number), dict.fromkeys("abcdef", b"%d" % number)))
        done.set()
        assert all(reader.result(10) > 0 for reader in readers)


def test_the_end_waits_for_a_block_that_another_thread_reads(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LevelDB that is closed beneath a reader ends the process."""
    within, go_on = Event(), Event()
    read = BlockStore.read

    def slow(store: BlockStore, location: Location) -> tuple[int, bytes]:
        within.set()
        assert go_on.wait(10)
        return read(store, location)

    monkeypatch.setattr(BlockStore, "read", slow)
    with ThreadPoolExecutor(2) as threads:
        reading = threads.submit(ledger.block_bytes, 0)
        assert within.wait(10)
        closing = threads.submit(ledger.close)
        while not ledger._closed:
            time.sleep(0.001)
        assert not closing.done()
        go_on.set()
        assert reading.result(10)
        closing.result(10)
    with pytest.raises(LedgerClosedError):
        ledger.block(0)


def test_a_damaged_last_block_is_noticed_at_open(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with Ledger.open(folder, SMALL) as ledger:
        ledger.commit_block(genesis_block())
    file = folder / "blocks" / "000000.blk"
    data = bytearray(file.read_bytes())
    data[60] ^= 1
    file.write_bytes(data)
    with pytest.raises(LedgerCorruptError, match="SHA-256"):
        Ledger.open(folder, SMALL)


def test_fsck_wants_the_ledger_closed(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerLockedError):
        fsck(tmp_path / "ledger", SMALL)
