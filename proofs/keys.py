"""Keys of signed notes: names, ids, and their text forms (C2SP signed-note, "Verifier keys").

A key is known by its name and a 4-byte id, SHA256(name ‖ 0A ‖ type ‖ public key)[:4]; the id finds the key,
it does not authenticate it. Two types are known here: 01, plain Ed25519, which logs and keepers use, and
04, the timestamped cosignature of witnesses and auditors.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from tanhui.proofs import canonical, cosignatures, ed25519
from tanhui.proofs.errors import FormatError

NAME_BYTES_MAX = 255
_KEY_ID = re.compile(r"[0-9a-f]{8}\Z", re.ASCII)
_SECRET_PREFIX = "PRIVATE+KEY+"  # noqa: S105 - the format's constant, not a secret


class KeyType(IntEnum):
    """Signature type identifier bytes (C2SP signed-note, "Signature types")."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by which signatures on notes are recognised and verified.

    Raises:
        FormatError: a name that notes do not allow, or a key that is not 32 bytes.
    """

    name: str
    key_type: KeyType
    public_key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public_key) != ed25519.PUBLIC_KEY_BYTES:
            raise FormatError("key.length", f"{self.name}: {len(self.public_key)} bytes, not 32")

    @property
    def key_id(self) -> bytes:
        """4 bytes."""
        return sha256(self.name.encode() + b"\n" + bytes((self.key_type,)) + self.public_key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text: `name+id+base64(type ‖ public key)`."""
        material = canonical.base64(bytes((self.key_type,)) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature`, without its key id, is this key's over a note's text."""
        if self.key_type is KeyType.COSIGNATURE:
            return cosignatures.verifies(self.public_key, text, signature)
        return ed25519.verify(self.public_key, text, signature)


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A key that signs notes: its public half with what makes Ed25519 signatures for it."""

    key: VerifierKey
    signer: ed25519.Ed25519Signer

    def __post_init__(self) -> None:
        if self.signer.public_key != self.key.public_key:
            raise FormatError("key.mismatch", f"{self.key.name}: the signer holds another key")


def signer_from_seed(name: str, key_type: KeyType, seed: bytes) -> NoteSigner:
    """A signer whose private key is in memory.

    Raises:
        FormatError: a bad name, or a seed that is not 32 bytes.
    """
    signer = ed25519.MemorySigner(seed)
    return NoteSigner(VerifierKey(name, key_type, signer.public_key), signer)


def parse_vkey(text: str) -> VerifierKey:
    """The key that a vkey stands for.

    Raises:
        FormatError: another form, another type, or an id that is not the key's.
    """
    name, key_id, material = _split(text, "verifier key")
    key = VerifierKey(name, _type(material, name), material[1:])
    if key.key_id != key_id:
        raise FormatError("key.id", f"{name}: id {key_id.hex()}, the key's is {key.key_id.hex()}")
    return key


def parse_secret(text: str) -> NoteSigner:
    """The signer that a private key's text form stands for: `PRIVATE+KEY+name+id+base64(type ‖ seed)`.

    Raises:
        FormatError: another form, another type, or an id that is not the key's.
    """
    if not text.startswith(_SECRET_PREFIX):
        raise FormatError("key.form", "no private key of a note")
    name, key_id, material = _split(text[len(_SECRET_PREFIX) :], "private key")
    signer = signer_from_seed(name, _type(material, name), material[1:])
    if signer.key.key_id != key_id:
        raise FormatError("key.id", f"{name}: id {key_id.hex()}, the key's is {signer.key.key_id.hex()}")
    return signer


def secret_text(key: VerifierKey, seed: bytes) -> str:
    """The text form of a private key, as golang.org/x/mod/sumdb/note writes it; for a file of mode 0600."""
    return f"{_SECRET_PREFIX}{key.name}+{key.key_id.hex()}+{canonical.base64(bytes((key.key_type,)) + seed)}"


def check_name(name: str) -> None:
    """Refuse a key name that notes do not allow: empty, too long, with space, control character or plus.

    Raises:
        FormatError: such a name.
    """
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise FormatError("key.name", "a lone surrogate") from None
    if not 0 < length <= NAME_BYTES_MAX or any(one.isspace() or one < " " or one == "+" for one in name):
        raise FormatError("key.name", f"{name[:60]!r} cannot name a key")


def _split(text: str, what: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.match(parts[1]):
        raise FormatError("key.form", f"no {what}")
    return parts[0], bytes.fromhex(parts[1]), canonical.parse_base64(parts[2], 64)


def _type(material: bytes, name: str) -> KeyType:
    try:
        return KeyType(material[0])
    except (ValueError, IndexError):
        raise FormatError("key.type", f"{name}: a key of another type than 01 and 04") from None
