"""A claim that a key signed a digest, as it travels to the process that judges it; one byte comes back for each."""

from collections.abc import Iterator
from typing import Final, NamedTuple

RIGHT: Final = b"\x01"
WRONG: Final = b"\x00"
PART_BYTES_MAX: Final = 255
"""Of a key and of a signature; P-256's have 91 bytes and at most 72."""
_DIGEST_BYTES: Final = 32
_HEAD_BYTES: Final = 2 + _DIGEST_BYTES


class Claim(NamedTuple):
    """Not judged.

    Attributes:
        key: SubjectPublicKeyInfo, DER; up to PART_BYTES_MAX.
        digest: SHA-256 of the message.
        signature: ECDSA in DER; up to PART_BYTES_MAX.
    """

    key: bytes
    digest: bytes
    signature: bytes

    def to_bytes(self) -> bytes:
        """Two lengths, a byte each, then the parts."""
        return bytes((len(self.key), len(self.signature))) + self.digest + self.key + self.signature


class ClaimReader:
    """Cuts what arrives into claims."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Claim]:
        """Those that are whole now."""
        data = self._rest + data
        at, size = 0, len(data)
        while size - at >= _HEAD_BYTES:
            key_at = at + _HEAD_BYTES
            signature_at = key_at + data[at]
            end = signature_at + data[at + 1]
            if end > size:
                break
            yield Claim(data[key_at:signature_at], data[at + 2 : key_at], data[signature_at:end])
            at = end
        self._rest = data[at:]
