"""What a lie leaves behind: one file that names it and carries what another needs to look at it.

    {"format":"tanhui-evidence/v1","kind","channel","genesis","block","tx","source","detail",
     "claimed","own","height","commit","config","blocks"}

`blocks` are the disputed blocks as they were delivered, `config` the config block in force, both base64 of
common.Block; `height` and `commit` say how far the auditor had come, and with which commit hash. Whether the
orderers signed a disputed block, anybody can see from the file (`orderers_signed`); a verdict is checked by a
replay to the same height.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.errors import ProtocolError
from tanhui.node.follower.block_checks import BlockRefused, check_orderers
from tanhui.proofs import canonical
from tanhui.proofs.errors import FormatError

FORMAT = "tanhui-evidence/v1"
EVIDENCE_BYTES_MAX = 512 << 20
DETAIL_CHARACTERS_MAX = 4096
_KEYS = (
    "format", "kind", "channel", "genesis", "block", "tx", "source", "detail", "claimed", "own", "height",
    "commit", "config", "blocks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """One lie.

    Attributes:
        kind: what was wrong, dotted: `header.previous_hash`, `envelopes`, `orderer_signatures`, `verdict` …
        channel, genesis: the ledger; genesis is the header hash of block 0 that the auditor pinned.
        block: the disputed block's number.
        tx: the disputed transaction's position, None where the whole block is meant.
        source: who delivered it, as the auditor reached him.
        detail: for people.
        claimed, own: the source's word and the auditor's, where both have one.
        height: blocks that the auditor had accepted.
        commit: his commit hash there, b"" before block 1.
        config: the config block in force, common.Block bytes; b"" before block 0.
        blocks: the disputed blocks, common.Block bytes; two for a fork.
    """

    kind: str
    channel: str
    genesis: bytes
    block: int
    tx: int | None
    source: str
    detail: str
    claimed: str
    own: str
    height: int
    commit: bytes
    config: bytes
    blocks: tuple[bytes, ...]

    def encode(self) -> bytes:
        """The file's content: canonical JSON."""
        return canonical.encode(
            {
                "format": FORMAT,
                "kind": self.kind,
                "channel": self.channel,
                "genesis": self.genesis.hex(),
                "block": canonical.decimal(self.block),
                "tx": "" if self.tx is None else canonical.decimal(self.tx),
                "source": self.source,
                "detail": self.detail[:DETAIL_CHARACTERS_MAX],
                "claimed": self.claimed,
                "own": self.own,
                "height": canonical.decimal(self.height),
                "commit": self.commit.hex(),
                "config": canonical.base64(self.config),
                "blocks": [canonical.base64(one) for one in self.blocks],
            }
        )

    def write(self, folder: Path) -> Path:
        """Write the file, synced, under a name made of its content; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        data = self.encode()
        name = f"block-{self.block}-{self.kind.replace('.', '-')}-{sha256(data).hexdigest()[:12]}.json"
        path = folder / name
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return path

    def orderers_signed(self) -> list[bool]:
        """For each disputed block: did the orderers sign it, by the configuration that the file carries?"""
        try:
            config = ChannelConfig.from_block(common_pb2.Block.FromString(self.config))
        except (DecodeError, ProtocolError):
            return [False] * len(self.blocks)
        return [_signed(one, config) for one in self.blocks]


class LieFound(Exception):  # noqa: N818 - what the follower is there to find
    """The source said something that the auditor's own replay does not bear out."""

    def __init__(self, evidence: Evidence) -> None:
        where = f"block {evidence.block}" + ("" if evidence.tx is None else f" transaction {evidence.tx}")
        super().__init__(f"{where}: {evidence.kind}: {evidence.detail}")
        self.evidence = evidence


def parse(data: bytes) -> Evidence:
    """The evidence in a file; it shows nothing before it is looked at.

    Raises:
        FormatError: anything but the one encoding.
    """
    found = canonical.members(canonical.parse(data, EVIDENCE_BYTES_MAX), _KEYS, of="evidence")
    if found["format"] != FORMAT:
        raise FormatError("evidence.format", f"{found['format']!r:.40}, known is {FORMAT}")

    def text(name: str) -> str:
        return canonical.text_of(found[name], name, DETAIL_CHARACTERS_MAX * 4)

    return Evidence(
        kind=text("kind"),
        channel=text("channel"),
        genesis=canonical.parse_hex(found["genesis"], 32),
        block=canonical.parse_decimal(found["block"]),
        tx=None if found["tx"] == "" else canonical.parse_decimal(found["tx"]),
        source=text("source"),
        detail=text("detail"),
        claimed=text("claimed"),
        own=text("own"),
        height=canonical.parse_decimal(found["height"]),
        commit=canonical.parse_hex(found["commit"]),
        config=canonical.parse_base64(found["config"], EVIDENCE_BYTES_MAX),
        blocks=tuple(
            canonical.parse_base64(one, EVIDENCE_BYTES_MAX)
            for one in canonical.list_of(found["blocks"], "blocks", 2)
        ),
    )


def _signed(raw: bytes, config: ChannelConfig) -> bool:
    try:
        check_orderers(common_pb2.Block.FromString(raw), config)
    except (DecodeError, BlockRefused):
        return False
    return True
