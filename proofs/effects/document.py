"""A transaction's effects as one document: the event's payload, and what the log's leaf hashes.

    {"effects":[{"kind":"points.issued",...},...],"v":"1"}

The bytes are canonical JSON (RFC 8785). `events` in the leaf is their SHA256; for a transaction that is
invalid, is a config transaction, or has no effects, it is the SHA256 of the empty string.
"""

from collections.abc import Sequence
from hashlib import sha256

from tanhui.proofs import canonical
from tanhui.proofs.canonical import Json
from tanhui.proofs.effects.codec import object_codec
from tanhui.proofs.effects.schema import KINDS, Effect
from tanhui.proofs.errors import FormatError

EVENT_NAME = "tanhui.v1"
"""Name of the one Fabric event that a transaction emits; its payload is this document."""

VERSION = "1"
EFFECTS_MAX = 10_000
DOCUMENT_BYTES_MAX = 4 << 20
NO_EVENTS = sha256(b"").digest()


def encode(effects: Sequence[Effect]) -> bytes:
    """The document of one or more effects, in the order in which they happened.

    Raises:
        FormatError: none or too many, a field out of its bounds, or a document beyond DOCUMENT_BYTES_MAX.
    """
    if not 1 <= len(effects) <= EFFECTS_MAX:
        raise FormatError("effects.count", f"{len(effects)} effects, 1 to {EFFECTS_MAX}")
    data = canonical.encode({"effects": [to_json(one) for one in effects], "v": VERSION})
    if len(data) > DOCUMENT_BYTES_MAX:
        raise FormatError("effects.too_long", f"{len(data)} bytes, at most {DOCUMENT_BYTES_MAX}")
    return data


def entries(data: bytes) -> tuple[Json, ...]:
    """The entries of a document as JSON objects, of kinds known or not; each has at least its kind.

    Raises:
        FormatError: not canonical, another version, no entry or too many.
    """
    found = canonical.members(
        canonical.parse(data, DOCUMENT_BYTES_MAX), ("effects", "v"), of="effects document"
    )
    if found["v"] != VERSION:
        raise FormatError("effects.version", f"version {found['v']!r:.20}, known is {VERSION}")
    listed = canonical.list_of(found["effects"], "effects", EFFECTS_MAX)
    if not listed:
        raise FormatError("effects.count", "no effects")
    for at, one in enumerate(listed):
        if not isinstance(one, dict) or not isinstance(one.get("kind"), str):
            raise FormatError("effect.kind", f"effects[{at}] has no kind")
    return tuple(listed)


def parse(data: bytes) -> tuple[Effect, ...]:
    """The effects in a document, strictly: canonical bytes, known kinds, every field within its bounds.

    Raises:
        FormatError: anything else.
    """
    return tuple(from_json(one, f"effects[{at}]") for at, one in enumerate(entries(data)))


def events_hash(document: bytes) -> bytes:
    """`events` of the leaf: SHA256 over the document, or over nothing when the transaction has none."""
    return sha256(document).digest()


def to_json(effect: Effect) -> Json:
    """One effect as a JSON object, its kind included.

    Raises:
        FormatError: the class is not registered, or a field is out of its bounds.
    """
    cls = type(effect)
    if KINDS.get(cls.kind) is not cls:
        raise FormatError("effect.kind", f"{cls.__name__} is no registered effect")
    value = object_codec(cls).encode(effect, cls.kind)
    assert isinstance(value, dict)
    value["kind"] = cls.kind
    return value


def from_json(value: Json, where: str = "effect") -> Effect:
    """The effect that a JSON object stands for.

    Raises:
        FormatError: no object, an unknown kind, an unknown, missing or bad field.
    """
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise FormatError("effect.kind", f"{where} has no kind")
    kind = value["kind"]
    cls = KINDS.get(str(kind))
    if cls is None:
        raise FormatError("effect.kind", f"{where} is of the unknown kind {str(kind)[:60]!r}")
    rest = {key: one for key, one in value.items() if key != "kind"}
    made = object_codec(cls).decode(rest, str(kind))
    assert isinstance(made, Effect)
    return made
