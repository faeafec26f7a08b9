"""The hashes that a signer may ask its caller for."""

import hashlib
from collections.abc import Callable
from typing import Final

from tanhui.crypto_config.signer import HashName


def _whole_message(message: bytes) -> bytes:
    return message


def _sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


def _sha384(message: bytes) -> bytes:
    return hashlib.sha384(message).digest()


def _sha3_256(message: bytes) -> bytes:
    return hashlib.sha3_256(message).digest()


def _sha3_384(message: bytes) -> bytes:
    return hashlib.sha3_384(message).digest()


HASHES: Final[dict[HashName, Callable[[bytes], bytes]]] = {
    "none": _whole_message,
    "sha256": _sha256,
    "sha384": _sha384,
    "sha3_256": _sha3_256,
    "sha3_384": _sha3_384,
}


def digest(hash_name: HashName, message: bytes) -> bytes:
    """What `Signer.sign` takes for `message`: its hash, or the message itself where the name is "none"."""
    return HASHES[hash_name](message)
