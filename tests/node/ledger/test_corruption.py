"""One flipped byte in any file: fsck finds it, or shows that nothing depends on it."""

import random
import shutil
from pathlib import Path

import pytest

from tanhui.node.ledger import Ledger, LedgerError
from tanhui.node.ledger.fsck import fsck
from tests.conftest import Counts
from tests.support.crash_workload import OPTIONS, Model, block_of

SEED = 7
HEIGHT = 60
SAMPLES_PER_FILE = 14
NOT_DATA = ("LOG", "LOCK")
"""LevelDB's messages to people, and the lock files: without content that anything reads."""


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "ledger"
    for stop in (HEIGHT // 2, HEIGHT):
        with Ledger.open(folder, OPTIONS) as ledger:
            while ledger.height < stop:
                number = ledger.height
                ledger.commit_block(block_of(SEED, number, ledger.header_hash if number else b""))
    return folder


@pytest.fixture(scope="module")
def model() -> Model:
    made = Model(SEED)
    made.extend_to(HEIGHT)
    return made


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


def detected(folder: Path) -> bool:
    """By fsck; a clean report means that database and replay agree in every entry."""
    report = fsck(folder, OPTIONS)
    return not report.is_clean


def equals_model(folder: Path, model: Model) -> bool:
    with Ledger.open(folder, OPTIONS) as ledger:
        return (
            ledger.height == HEIGHT
            and ledger.commit_hash == model.commit_hashes[-1]
            and dict(ledger.state_range("registry", "", "")) == model.states[-1]
            and [block.SerializeToString(deterministic=True) for block in ledger.blocks()] != []
        )


def flip(path: Path, place: int, bit: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(place)
        byte = stream.read(1)[0]
        stream.seek(place)
        stream.write(bytes([byte ^ 1 << bit]))


def try_flips(pristine: Path, model: Model, tmp_path: Path, samples: int) -> dict[str, tuple[int, int]]:
    """By kind of file: flips that were detected, and flips that changed nothing."""
    rng = random.Random(SEED)
    counts: dict[str, tuple[int, int]] = {}
    copy = tmp_path / "copy"
    for path in files_of(pristine):
        relative = path.relative_to(pristine)
        size = path.stat().st_size
        kind = path.suffix or path.name.split("-")[0]
        for place in sorted(rng.sample(range(size), min(samples, size))):
            shutil.copytree(pristine, copy)
            flip(copy / relative, place, rng.randrange(8))
            found, harmless = counts.get(kind, (0, 0))
            if detected(copy):
                counts[kind] = (found + 1, harmless)
            else:
                assert equals_model(copy, model), f"{relative} byte {place}: silent"
                counts[kind] = (found, harmless + 1)
            shutil.rmtree(copy)
    return counts


def test_a_pristine_ledger_is_clean(pristine: Path, model: Model, tmp_path: Path) -> None:
    shutil.copytree(pristine, tmp_path / "copy")
    report = fsck(tmp_path / "copy", OPTIONS)
    assert report.is_clean, report.inconsistencies
    assert (report.height, report.commit_hash) == (HEIGHT, model.commit_hashes[-1])
    assert report.entries > HEIGHT * 4
    assert not list((tmp_path / "copy").glob("*.fsck"))


def note_flips(counts: Counts, flips: dict[str, tuple[int, int]]) -> None:
    for kind, (found, harmless) in sorted(flips.items()):
        counts.note(f"bytes flipped in {kind}", detected=found, irrelevant=harmless, silent=0)


def test_sampled_flips(pristine: Path, model: Model, tmp_path: Path, counts: Counts) -> None:
    flips = try_flips(pristine, model, tmp_path, SAMPLES_PER_FILE)
    note_flips(counts, flips)
    assert flips[".blk"][1] == 0, "every byte of a block file counts"
    assert {".blk", ".ldb", ".log", "CURRENT", "MANIFEST"} <= set(flips)
    assert flips[".ldb"][0] > flips[".ldb"][1]


@pytest.mark.nightly
def test_many_flips(pristine: Path, model: Model, tmp_path: Path, counts: Counts) -> None:
    flips = try_flips(pristine, model, tmp_path, 600)
    note_flips(counts, flips)
    assert flips[".blk"][1] == 0


def is_refused(folder: Path) -> bool:
    try:
        Ledger.open(folder, OPTIONS).close()
    except LedgerError:
        return True
    return False


@pytest.mark.parametrize("suffix", [".blk", ".ldb", ".log", "CURRENT"])
def test_a_file_that_is_gone(pristine: Path, model: Model, tmp_path: Path, suffix: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(pristine, copy)
    victim = next(path for path in files_of(copy) if path.name.endswith(suffix))
    victim.unlink()
    assert detected(copy)
    # A lost log leaves the database behind, or with a gap, by where LevelDB's own compaction stood.
    if suffix == ".log":
        assert is_refused(copy) or equals_model(copy, model)
    else:
        assert is_refused(copy)


def test_entries_that_a_replay_does_not_give_are_named(pristine: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(pristine, copy)
    with Ledger.open(copy, OPTIONS) as ledger:
        key = next(key for key, _ in ledger.state_range("registry", "", ""))
        name = b"sregistry\x00" + key.encode()
        history = b"hregistry\x00" + len(key).to_bytes(4, "big") + key.encode() + bytes(12)
        ledger._store.write(
            [(b"sregistry\x00zz", b"x" * 20), (name, b"y" * 20), (history, b"")], [], sync=True
        )
        ledger._store.write([], [b"b" + bytes(7) + b"\x05"], sync=True)
    names = sorted(one.name for one in fsck(copy, OPTIONS).inconsistencies)
    assert names == ["entry_differs", "entry_extra", "entry_extra", "entry_missing"]
    with pytest.raises(LedgerError, match="block 5 missing"):
        Ledger.open(copy, OPTIONS)
