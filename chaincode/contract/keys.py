"""Composite keys, exactly Fabric's (fabric-chaincode-go, shim/stub.go, CreateCompositeKey).

U+0000, then the type and each attribute, each followed by U+0000. Neither may hold U+0000 or U+10FFFF.
Numbers are written fixed-width and binary as lowercase hex, so that ranges sort as the values do.
"""

from collections.abc import Sequence
from typing import Final

from tanhui.chaincode.contract.stub import COMPOSITE_KEY_NAMESPACE, MAX_UNICODE_RUNE

SEPARATOR: Final = "\x00"
KEY_BYTES_MAX: Final = 1_024


class BadKey(ValueError):  # noqa: N818  names the thing, as rules do
    """A key that Fabric would refuse: a programming error, never a client's."""


def composite_key(object_type: str, attributes: Sequence[str]) -> str:
    """The key of type `object_type` with these attributes.

    Raises:
        BadKey: a part holds U+0000 or U+10FFFF, or the key is longer than KEY_BYTES_MAX.
    """
    key = COMPOSITE_KEY_NAMESPACE + object_type + SEPARATOR
    if attributes:
        key += SEPARATOR.join(attributes) + SEPARATOR
    if key.count(SEPARATOR) != len(attributes) + 2 or MAX_UNICODE_RUNE in key:
        raise BadKey(f"key part with U+0000 or U+10FFFF: {object_type!r} {attributes!r}")
    if len(key) > KEY_BYTES_MAX:
        raise BadKey(f"key of {len(key)} characters, at most {KEY_BYTES_MAX}")
    return key


def split_key(key: str) -> tuple[str, tuple[str, ...]]:
    """Type and attributes of a composite key."""
    object_type, *attributes = key[1:-1].split(SEPARATOR)
    return object_type, tuple(attributes)


def prefix_range(object_type: str, attributes: Sequence[str]) -> tuple[str, str]:
    """(start, end) of the range over every key that begins with these parts, as Fabric's shim makes it."""
    start = composite_key(object_type, attributes)
    return start, start + MAX_UNICODE_RUNE
