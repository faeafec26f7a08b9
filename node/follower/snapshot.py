"""Catching up from a snapshot: blocks with their verdicts, and a checkpoint over them that auditors cosigned.

    uint32 length ‖ header (canonical JSON) ‖ for each block: uint32 length ‖ common.Block bytes

    {"format":"tanhui-snapshot/v1","genesis","height","size","hashes","checkpoint"}

Whoever takes it up checks the quorum of auditors on the checkpoint, that the frontier gives its root, and then
derives headers, configurations, state, commit hashes and leaves from the blocks, until his own frontier is the
same. Only signatures on transactions, endorsement policies and MVCC are taken on the auditors' word: what a
state snapshot without blocks would leave open, since no root that anybody signed covers a state.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from tanhui.node.follower.folder import Basis
from tanhui.node.follower.replay import Replay
from tanhui.node.ledger import LedgerOptions
from tanhui.proofs import canonical, checkpoints, leaf, notes
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.log_reader import LogReader
from tanhui.proofs.merkle import leaf_hash
from tanhui.proofs.notes import Note
from tanhui.proofs.tree import Frontier

FORMAT = "tanhui-snapshot/v1"
HEADER_BYTES_MAX = 1 << 20
BLOCK_BYTES_MAX = 128 << 20


class Blocks(Protocol):
    """Blocks by number: a ledger, or its files."""

    def block_bytes(self, number: int) -> bytes:
        """The serialised block. Raises LedgerError."""


@dataclass(frozen=True, slots=True)
class SnapshotHeader:
    """What a snapshot says of itself; nothing verified."""

    genesis: bytes
    height: int
    frontier: Frontier
    checkpoint: Note

    def encode(self) -> bytes:
        """Canonical JSON."""
        return canonical.encode(
            {
                "format": FORMAT,
                "genesis": self.genesis.hex(),
                "height": canonical.decimal(self.height),
                "size": canonical.decimal(self.frontier.size),
                "hashes": [canonical.base64(one) for one in self.frontier.hashes],
                "checkpoint": self.checkpoint.encode().decode(),
            }
        )


def write_snapshot(path: Path, blocks: Blocks, reader: LogReader, checkpoint: Note, genesis: bytes) -> int:
    """Write the blocks that a published, cosigned checkpoint covers; returns the height.

    Raises:
        FormatError: an empty log, or a checkpoint that is not of this reader's size.
    """
    if reader.size == 0 or checkpoints.parse(checkpoint.text).size != reader.size:
        raise FormatError("snapshot.checkpoint", f"is not of the log's {reader.size} leaves")
    height = leaf.parse(reader.entry(reader.size - 1)).block + 1
    header = SnapshotHeader(genesis, height, reader.frontier(), checkpoint).encode()
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        _write_part(file, header)
        for number in range(height):
            _write_part(file, blocks.block_bytes(number))
    fresh.replace(path)
    return height


def load_snapshot(
    path: Path,
    ledger: Path,
    anchors: Anchors,
    *,
    genesis: bytes,
    chaincode: str,
    options: LedgerOptions | None = None,
) -> Basis:
    """Make the ledger folder from a snapshot; it appears only when everything agrees.

    Args:
        path: the snapshot.
        ledger: the auditor's ledger folder, which must not exist.
        anchors: whom this auditor trusts: log keys, and the quorum of auditors.
        genesis: header hash of block 0, from the auditor's own source.
        chaincode: whose events are the ledger's effects.
        options: the ledger's memory and limits.

    Raises:
        FormatError: the file is malformed, or the ledger exists.
        SignatureError: no quorum of the anchors' auditors cosigned the checkpoint.
        ProofError: the blocks do not lead to the checkpoint's root.
        LieFound: a block is wrong in a way that needs no replay.
    """
    if ledger.exists():
        raise FormatError("snapshot.ledger", f"{ledger} exists already")
    partial = ledger.with_name(ledger.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with path.open("rb") as file:
        header = _header(_read_part(file, HEADER_BYTES_MAX))
        basis = _vouched(header, genesis, anchors)
        frontier = Frontier()
        with Replay.open(partial, genesis, chaincode, options=options) as replay:
            for block in _blocks(file, header.height):
                for entry in replay.accept_on_trust(block, f"snapshot {path.name}").leaves.entries:
                    frontier.append(leaf_hash(entry))
    if (frontier.size, frontier.hashes) != (header.frontier.size, header.frontier.hashes):
        shutil.rmtree(partial)
        raise ProofError("snapshot.root", "the blocks do not lead to the root that the auditors cosigned")
    partial.rename(ledger)
    return basis


def _vouched(header: SnapshotHeader, genesis: bytes, anchors: Anchors) -> Basis:
    if header.genesis != genesis or anchors.genesis != genesis:
        raise ProofError("snapshot.genesis", f"{header.genesis.hex()}, not {genesis.hex()}")
    known = [one.key for one in anchors.logs] + list(anchors.auditors.keys)
    signed = {one.key for one in notes.verify(header.checkpoint, known)}
    checkpoint = checkpoints.parse(header.checkpoint.text)
    if checkpoint.origin != anchors.origin:
        raise ProofError("checkpoint.origin", f"{checkpoint.origin[:80]!r}, not {anchors.origin!r}")
    if not any(one.key in signed and one.holds_at(checkpoint.size) for one in anchors.logs):
        raise SignatureError("log.unsigned", "no key of the log signed the checkpoint")
    auditors = anchors.auditors.signers(signed)
    if not auditors or len(auditors) < anchors.auditors.threshold:
        raise SignatureError("snapshot.auditors", f"{len(auditors)} of {anchors.auditors.threshold} auditors")
    if checkpoint.size != header.frontier.size or header.frontier.root() != checkpoint.root:
        raise ProofError("snapshot.frontier", "is not the checkpoint's")
    return Basis(checkpoint.size, checkpoint.root.hex(), tuple(key.vkey for key in auditors))


def _header(data: bytes) -> SnapshotHeader:
    found = canonical.members(
        canonical.parse(data, HEADER_BYTES_MAX),
        ("format", "genesis", "height", "size", "hashes", "checkpoint"),
        of="snapshot",
    )
    if found["format"] != FORMAT:
        raise FormatError("snapshot.format", f"{found['format']!r:.40}, known is {FORMAT}")
    hashes = [canonical.parse_base64(one, 32) for one in canonical.list_of(found["hashes"], "hashes", 64)]
    text = canonical.text_of(found["checkpoint"], "checkpoint", notes.NOTE_BYTES_MAX)
    return SnapshotHeader(
        canonical.parse_hex(found["genesis"], 32),
        canonical.parse_decimal(found["height"]),
        Frontier(canonical.parse_decimal(found["size"]), hashes),
        notes.parse(text.encode()),
    )


def _blocks(file: BinaryIO, height: int) -> Iterator[common_pb2.Block]:
    for number in range(height):
        try:
            yield common_pb2.Block.FromString(_read_part(file, BLOCK_BYTES_MAX))
        except DecodeError:
            raise FormatError("snapshot.block", f"block {number} cannot be parsed") from None
    if file.read(1):
        raise FormatError("snapshot.trailing", "bytes after the last block")


def _write_part(file: BinaryIO, data: bytes) -> None:
    file.write(len(data).to_bytes(4, "big"))
    file.write(data)


def _read_part(file: BinaryIO, bytes_max: int) -> bytes:
    length = int.from_bytes(file.read(4), "big")
    if not 0 < length <= bytes_max:
        raise FormatError("snapshot.length", f"a part of {length} bytes, at most {bytes_max}")
    data = file.read(length)
    if len(data) != length:
        raise FormatError("snapshot.truncated", f"{len(data)} of {length} bytes")
    return data
