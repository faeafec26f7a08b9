"""The log's leaf: one canonical JSON object for each transaction, valid or not, the same for every auditor.

What an auditor states of a transaction, all of it derived from the blocks by its own replay. Nothing in it
depends on when or from where the auditor replayed, so that all of them reach the same root.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tanhui.proofs import canonical, merkle
from tanhui.proofs.canonical import Json
from tanhui.proofs.effects import NO_EVENTS
from tanhui.proofs.errors import FormatError

VERSION = "1"
LEAF_BYTES_MAX = 4096
CHANNEL_BYTES_MAX = 249
CODE_VALID = 0
_TXID = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
CODE_MAX = 255
_KEYS = ("v", "genesis", "channel", "block", "tx", "header", "txid", "env", "code", "commit", "events")


@lru_cache
def quoted(channel: str) -> str:
    """A channel's name as JSON."""
    return canonical.encode(channel).decode()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One transaction of one channel.

    Attributes:
        genesis: header hash of the channel's block 0.
        channel: its name.
        block: the block's number.
        tx: the transaction's position in the block, from 0.
        header: header hash of the block.
        txid: 64 lowercase hex digits; "" where the envelope has none (a config transaction).
        env: SHA256 of the envelope's bytes as they stand in the block.
        code: Fabric's validation code, by the auditor's own replay; 0 is VALID.
        commit: the auditor's own commit hash after the block; b"" where the channel has none yet.
        events: SHA256 of the effects document; of nothing for an invalid or a config transaction.
    """

    genesis: bytes
    channel: str
    block: int
    tx: int
    header: bytes
    txid: str
    env: bytes
    code: int
    commit: bytes
    events: bytes = NO_EVENTS

    def __post_init__(self) -> None:
        for name in ("genesis", "header", "env", "events"):
            if len(getattr(self, name)) != merkle.HASH_BYTES:
                raise FormatError("leaf.hash", f"{name} is not 32 bytes")
        if len(self.commit) not in (0, merkle.HASH_BYTES):
            raise FormatError("leaf.hash", "commit is neither empty nor 32 bytes")
        if not 0 < len(self.channel.encode()) <= CHANNEL_BYTES_MAX:
            raise FormatError("leaf.channel", f"a channel name of {len(self.channel)} characters")
        if self.txid and len(canonical.parse_hex(self.txid)) != merkle.HASH_BYTES:
            raise FormatError("leaf.txid", f"{self.txid[:70]!r} is no transaction id")
        if not 0 <= self.code <= CODE_MAX or min(self.block, self.tx) < 0:
            raise FormatError("leaf.number", f"block {self.block}, tx {self.tx}, code {self.code}")
        if self.code != CODE_VALID and self.events != NO_EVENTS:
            raise FormatError("leaf.events", f"an invalid transaction, code {self.code}, has no effects")

    def to_json(self) -> Json:
        """The leaf as a JSON object."""
        return {
            "block": canonical.decimal(self.block),
            "channel": self.channel,
            "code": canonical.decimal(self.code),
            "commit": self.commit.hex(),
            "env": self.env.hex(),
            "events": self.events.hex(),
            "genesis": self.genesis.hex(),
            "header": self.header.hex(),
            "tx": canonical.decimal(self.tx),
            "txid": self.txid,
            "v": VERSION,
        }

    def encode(self) -> bytes:
        """The log's entry: canonical JSON, put together by hand, because an auditor writes one a transaction."""
        return (
            f'{{"block":"{self.block}","channel":{quoted(self.channel)},"code":"{self.code}",'
            f'"commit":"{self.commit.hex()}","env":"{self.env.hex()}","events":"{self.events.hex()}",'
            f'"genesis":"{self.genesis.hex()}","header":"{self.header.hex()}","tx":"{self.tx}",'
            f'"txid":"{self.txid}","v":"{VERSION}"}}'
        ).encode()

    def hash(self) -> bytes:
        """The entry's leaf hash."""
        return merkle.leaf_hash(self.encode())


def is_txid(text: str) -> bool:
    """Whether a text is a transaction id: 64 lowercase hex digits."""
    return _TXID.match(text) is not None


def from_json(value: Json) -> Leaf:
    """The leaf that a JSON object stands for; what it encodes to again is the entry.

    Raises:
        FormatError: another version, an unknown, missing or malformed member.
    """
    found = canonical.members(value, _KEYS, of="leaf")
    if found["v"] != VERSION:
        raise FormatError("leaf.version", f"version {found['v']!r:.20}, known is {VERSION}")
    return Leaf(
        genesis=canonical.parse_hex(found["genesis"], 32),
        channel=canonical.text_of(found["channel"], "channel", CHANNEL_BYTES_MAX),
        block=canonical.parse_decimal(found["block"]),
        tx=canonical.parse_decimal(found["tx"]),
        header=canonical.parse_hex(found["header"], 32),
        txid=canonical.text_of(found["txid"], "txid", 64),
        env=canonical.parse_hex(found["env"], 32),
        code=canonical.parse_decimal(found["code"], CODE_MAX),
        commit=canonical.parse_hex(found["commit"]),
        events=canonical.parse_hex(found["events"], 32),
    )


def parse(entry: bytes) -> Leaf:
    """The leaf in a log's entry, strictly.

    Raises:
        FormatError: anything but the one encoding.
    """
    return from_json(canonical.parse(entry, LEAF_BYTES_MAX))
