"""Trust anchors: the verifier's own file, from which every key comes and none from a bundle.

A JSON file that a person can read and compare with what a newspaper, a regulator's page or a letter prints.
It names the ledger (genesis hash, channel), its log (origin and keys), who must have cosigned (witnesses
and replay auditors, each with a threshold), who issues certificates, and the keepers, who alone can replace
the file.

A log key holds for a span of sizes, [since, until]. A new key overlaps the old one, so that both sign for a
while; a stolen one is closed at the last size that the auditors vouch for, and what it signs beyond is
refused.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from tanhui.proofs import canonical, keys, merkle, multibase
from tanhui.proofs.canonical import Json
from tanhui.proofs.errors import FormatError
from tanhui.proofs.keys import KeyType, VerifierKey
from tanhui.proofs.policy import Quorum

T = TypeVar("T")

FORMAT = "tanhui-anchors/v1"
FILE_BYTES_MAX = 64 * 1024
LOG_KEYS_MAX = 16
ISSUERS_MAX = 32
_KEYS = (
    "format", "number", "network", "channel", "genesis", "origin", "logs", "witnesses", "auditors",
    "issuers", "keepers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the log, and the sizes at which its checkpoints count, both inclusive."""

    key: VerifierKey
    since: int = 0
    until: int = merkle.SIZE_MAX

    def holds_at(self, size: int) -> bool:
        """Whether a checkpoint of this size may rest on this key."""
        return self.since <= size <= self.until


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs certificates: a name for people, and an Ed25519 key of 32 bytes."""

    name: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a verifier trusts, and nothing else does it trust.

    Attributes:
        number: goes up by one with each replacement.
        network: the region's name, for people.
        channel, genesis: the ledger: channel name, header hash of its block 0.
        origin: the log's origin line.
        logs: the log's keys with their spans.
        witnesses: who saw it grow by appending only.
        auditors: who replayed it; other keys than the witnesses'.
        issuers: who signs certificates.
        keepers: who replaces this file (tanhui.proofs.rotation).
    """

    number: int
    network: str
    channel: str
    genesis: bytes
    origin: str
    logs: tuple[LogKey, ...]
    witnesses: Quorum
    auditors: Quorum
    issuers: tuple[Issuer, ...] = ()
    keepers: Quorum = field(default_factory=lambda: Quorum(0, ()))

    def __post_init__(self) -> None:
        if self.number < 1 or not 0 < len(self.logs) <= LOG_KEYS_MAX or len(self.issuers) > ISSUERS_MAX:
            raise FormatError("anchors.count", f"number {self.number}, {len(self.logs)} log keys")
        if len(self.genesis) != 32:
            raise FormatError("anchors.genesis", "the genesis hash is not 32 bytes")
        everyone = [one.key for one in self.logs] + [
            key for quorum in (self.witnesses, self.auditors, self.keepers) for key in quorum.keys
        ]
        public = [key.public_key for key in everyone] + [one.public_key for one in self.issuers]
        if len(set(public)) != len(public):
            raise FormatError("anchors.duplicate", "one public key stands in two places")
        for group, key_type in (
            ([one.key for one in self.logs], KeyType.ED25519),
            (self.witnesses.keys, KeyType.COSIGNATURE),
            (self.auditors.keys, KeyType.COSIGNATURE),
            (self.keepers.keys, KeyType.ED25519),
        ):
            for key in group:
                if key.key_type is not key_type:
                    raise FormatError("anchors.key_type", f"{key.name} is of type {key.key_type:02x}")

    def to_json(self) -> Json:
        """The file's content."""
        return {
            "format": FORMAT,
            "number": canonical.decimal(self.number),
            "network": self.network,
            "channel": self.channel,
            "genesis": self.genesis.hex(),
            "origin": self.origin,
            "logs": [_log_json(one) for one in self.logs],
            "witnesses": _quorum_json(self.witnesses),
            "auditors": _quorum_json(self.auditors),
            "issuers": [
                {"name": one.name, "key": multibase.multikey(one.public_key)} for one in self.issuers
            ],
            "keepers": _quorum_json(self.keepers),
        }

    def file(self) -> bytes:
        """The file: indented, in the order in which a person reads it."""
        return (json.dumps(self.to_json(), ensure_ascii=False, indent=2) + "\n").encode()

    def fingerprint(self) -> bytes:
        """SHA256 of the content's canonical form: what people compare, and what keepers sign."""
        return sha256(canonical.encode(self.to_json())).digest()


def parse(data: bytes) -> Anchors:
    """The anchors in a file; layout is free, content is strict.

    Raises:
        FormatError: anything that is not well formed, or contradicts itself.
    """
    found = canonical.members(canonical.parse_loose(data, FILE_BYTES_MAX), _KEYS, of="anchors")
    if found["format"] != FORMAT:
        raise FormatError("anchors.format", f"{found['format']!r:.40}, known is {FORMAT}")
    return Anchors(
        number=canonical.parse_decimal(found["number"]),
        network=canonical.text_of(found["network"], "network", 200),
        channel=canonical.text_of(found["channel"], "channel", 249),
        genesis=canonical.parse_hex(found["genesis"], 32),
        origin=canonical.text_of(found["origin"], "origin", 255),
        logs=_many(found["logs"], "logs", LOG_KEYS_MAX, _log),
        witnesses=_quorum(found["witnesses"], "witnesses"),
        auditors=_quorum(found["auditors"], "auditors"),
        issuers=_many(found["issuers"], "issuers", ISSUERS_MAX, _issuer),
        keepers=_quorum(found["keepers"], "keepers"),
    )


def _many(value: Json, what: str, items_max: int, one: Callable[[Json], T]) -> tuple[T, ...]:
    return tuple(one(item) for item in canonical.list_of(value, what, items_max))


def _log(value: Json) -> LogKey:
    found = canonical.members(value, ("key", "since"), ("until",), "log key")
    until = canonical.parse_decimal(found["until"]) if "until" in found else merkle.SIZE_MAX
    return LogKey(_vkey(found["key"]), canonical.parse_decimal(found["since"]), until)


def _issuer(value: Json) -> Issuer:
    found = canonical.members(value, ("name", "key"), of="issuer")
    key = multibase.parse_multikey(canonical.text_of(found["key"], "issuer key", 100))
    return Issuer(canonical.text_of(found["name"], "issuer name", 200), key)


def _quorum(value: Json, what: str) -> Quorum:
    found = canonical.members(value, ("threshold", "keys"), of=what)
    threshold = canonical.parse_decimal(found["threshold"], 32)
    return Quorum(threshold, _many(found["keys"], what, 32, _vkey))


def _vkey(value: Json) -> VerifierKey:
    return keys.parse_vkey(canonical.text_of(value, "key", 400))


def _quorum_json(quorum: Quorum) -> Json:
    return {"threshold": canonical.decimal(quorum.threshold), "keys": [key.vkey for key in quorum.keys]}


def _log_json(one: LogKey) -> Json:
    value = {"key": one.key.vkey, "since": canonical.decimal(one.since)}
    if one.until != merkle.SIZE_MAX:
        value["until"] = canonical.decimal(one.until)
    return value
