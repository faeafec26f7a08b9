"""The log on a folder: what is published stays, a crash leaves the last checkpoint, and any static server serves it."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.proofs import checkpoints, log_writer, merkle, notes, tiles
from tanhui.proofs.errors import FormatError, MerkleError, SignatureError
from tanhui.proofs.log_reader import LogReader, folder
from tanhui.proofs.log_writer import LogWriter
from tanhui.proofs.tiles import TileId
from tanhui.proofs.tree import Tree
from tests.support import proof_world as w


def entries(count: int, first: int = 0) -> list[bytes]:
    return [b"entry %d" % n for n in range(first, first + count)]


def open_log(root: Path) -> LogWriter:
    return LogWriter(root, w.ORIGIN, [w.LOG.key])


def grow(root: Path, steps: list[int]) -> None:
    for step in steps:
        with open_log(root) as log:
            for entry in entries(step, log.size):
                log.append(entry)
            log.publish([w.LOG])


def reader(root: Path) -> LogReader:
    note, _ = notes.open_note((root / "checkpoint").read_bytes(), [w.LOG.key])
    return LogReader(folder(root), checkpoints.parse(note.text).size)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=5))
def test_however_it_grew_the_log_is_the_tree_over_its_entries(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    root = tmp_path_factory.mktemp("log")
    grow(root, steps)
    size = sum(steps)
    tree = Tree(merkle.leaf_hash(one) for one in entries(size))
    found = reader(root)
    assert found.size == size
    assert list(found.entries()) == entries(size)
    assert found.check() == found.root() == tree.root()
    assert found.frontier().root() == tree.root()
    for index in {0, size // 2, size - 1} & set(range(size)):
        assert found.inclusion_proof(index) == tree.inclusion_proof(index)
        assert found.entry(index) == entries(1, index)[0]
        assert found.consistency_proof(index) == tree.consistency_proof(index)


def test_the_third_level_of_tiles(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        for entry in entries(70_000):
            log.append(entry)
        log.publish([w.LOG])
    # The specification's own example: 70,000 leaves.
    assert (tmp_path / TileId(0, 272).path()).stat().st_size == 8192
    assert (tmp_path / TileId(0, 273, 112).path()).stat().st_size == 112 * 32
    assert (tmp_path / TileId(1, 0).path()).stat().st_size == 8192
    assert (tmp_path / TileId(1, 1, 17).path()).stat().st_size == 17 * 32
    assert (tmp_path / TileId(2, 0, 1).path()).stat().st_size == 32
    found, tree = reader(tmp_path), Tree(merkle.leaf_hash(one) for one in entries(70_000))
    assert found.root() == tree.root()
    assert found.inclusion_proof(65_537) == tree.inclusion_proof(65_537)
    assert {one.path() for one in tiles.tiles_between(0, 70_000)} == {
        str(path.relative_to(tmp_path)) for path in tmp_path.glob("tile/[0-9]/**/*") if path.is_file()
    }


class CrashError(Exception):
    """The machine stops here."""


@pytest.mark.parametrize("survives", range(0, 14, 1))
def test_a_crash_at_any_write_leaves_the_published_log(
    tmp_path: Path, survives: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(tmp_path, [300])
    before = (tmp_path / "checkpoint").read_bytes()
    writes = 0
    write = log_writer._write_synced

    def fail_after(path: Path, data: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes > survives:
            path.with_name(path.name + ".new").write_bytes(data[: len(data) // 2])
            raise CrashError
        write(path, data)

    monkeypatch.setattr(log_writer, "_write_synced", fail_after)
    log = open_log(tmp_path)
    for entry in entries(700, 300):
        log.append(entry)
    try:
        log.publish([w.LOG])
    except CrashError:
        assert (tmp_path / "checkpoint").read_bytes() == before
        assert reader(tmp_path).check() == Tree(merkle.leaf_hash(one) for one in entries(300)).root()
        assert log.published_size == 300
    log.close()
    monkeypatch.undo()
    grow(tmp_path, [1000 - reader(tmp_path).size])
    assert reader(tmp_path).check() == Tree(merkle.leaf_hash(one) for one in entries(1000)).root()


def test_a_failed_write_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_log(tmp_path) as log:
        for entry in entries(600):
            log.append(entry)

        def full(path: Path, data: bytes) -> None:
            raise OSError(28, "No space left on device", str(path), len(data))

        with monkeypatch.context() as patch:
            patch.setattr(log_writer, "_write_synced", full)
            with pytest.raises(OSError, match="No space left"):
                log.publish([w.LOG])
        log.publish([w.LOG])
    assert reader(tmp_path).check() == Tree(merkle.leaf_hash(one) for one in entries(600)).root()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with open_log(tmp_path), pytest.raises(BlockingIOError):
        open_log(tmp_path)
    open_log(tmp_path).close()


def test_a_flipped_byte_in_a_tile_or_a_bundle_is_found(tmp_path: Path) -> None:
    grow(tmp_path, [300])
    for path in (p for p in sorted(tmp_path.glob("tile/**/*")) if p.is_file()):
        good = path.read_bytes()
        path.write_bytes(good[:-1] + bytes((good[-1] ^ 1,)))
        with pytest.raises((MerkleError, FormatError)):
            reader(tmp_path).check()
        path.write_bytes(good)
    assert reader(tmp_path).check()


def test_a_partial_tile_may_give_way_to_the_full_one(tmp_path: Path) -> None:
    grow(tmp_path, [100])
    old = LogReader(folder(tmp_path), 100)
    want = old.inclusion_proof(7), old.entry(99)
    grow(tmp_path, [200])
    for path in tmp_path.glob("tile/**/000.p/100"):
        path.unlink()
    again = LogReader(folder(tmp_path), 100)
    assert (again.inclusion_proof(7), again.entry(99)) == want


def test_another_log_or_an_unsigned_checkpoint_is_refused(tmp_path: Path) -> None:
    grow(tmp_path, [3])
    with pytest.raises(FormatError, match=r"log\.origin"):
        LogWriter(tmp_path, "registry.example/other", [w.LOG.key])
    with pytest.raises(SignatureError):
        LogWriter(tmp_path, w.ORIGIN, [w.WITNESSES[0].key])
    os.truncate(tmp_path / TileId(0, 0, 3).path(), 64)
    with pytest.raises(FormatError, match=r"tile\.hashes"):
        open_log(tmp_path)


def test_cosignatures_join_the_published_checkpoint(tmp_path: Path) -> None:
    grow(tmp_path, [3])
    known = [one.key for one in w.WITNESSES]
    with open_log(tmp_path) as log:
        assert log.checkpoint is not None
        text = log.checkpoint.text
        log.add_signatures([notes.signature(text, w.WITNESSES[0], w.TIME)], known)
        bad = notes.signature(b"other\n", w.WITNESSES[1], w.TIME)
        with pytest.raises(SignatureError):
            log.add_signatures([bad], known)
    _, verified = notes.open_note((tmp_path / "checkpoint").read_bytes(), [w.LOG.key, *known])
    assert [one.key.name for one in verified] == [w.ORIGIN, "witness.example/w1"]


@given(st.integers(0, 10**12), st.integers(0, 5), st.integers(1, 256))
def test_each_tile_has_one_path(index: int, level: int, width: int) -> None:
    for one in (TileId(level, index, width), TileId(None, index, width)):
        assert tiles.parse_path(one.path()) == one


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/00/001",
        "tile/0/x000/001",
        "tile/0/001.p/256",
        "tile/0/001.p/0",
        "tile/64/000",
        "tile/0/001/",
    ],
)
def test_other_paths_name_no_tile(path: str) -> None:
    with pytest.raises(FormatError):
        tiles.parse_path(path)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=20))
def test_entry_bundles_read_back_whole_or_not_at_all(found: list[bytes]) -> None:
    data = tiles.encode_entries(found)
    assert tiles.parse_entries(data, len(found)) == found
    for bad in (data + b"x", data[:-1]):
        with pytest.raises(FormatError):
            tiles.parse_entries(bad, len(found))


def test_an_entry_of_65535_bytes_fits_and_no_longer_one(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        log.append(bytes(65_535))
        with pytest.raises(FormatError, match=r"tile\.entry"):
            log.append(bytes(65_536))
        log.publish([w.LOG])
    assert reader(tmp_path).entry(0) == bytes(65_535)
