"""Multibase base58btc and Multikey, as W3C Data Integrity writes keys and signatures.

"z" and base58btc (Controlled Identifiers 1.0 section 2.4); an Ed25519 Multikey is the bytes ED 01 and 32 of
the key (section 2.2.2). A did:key is "did:key:" and the Multikey.
"""

from tanhui.proofs.errors import FormatError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_ED25519 = b"\xed\x01"
_CHARS_MAX = 200


def encode(data: bytes) -> str:
    """Multibase text, "z" and base58btc."""
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    zeroes = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeroes + text


def decode(text: str) -> bytes:
    """The bytes of multibase text; every byte string has one such text.

    Raises:
        FormatError: another base, a foreign character, or more than 200 characters.
    """
    if not text.startswith("z") or len(text) > _CHARS_MAX:
        raise FormatError("multibase.form", f"{text[:60]!r} is no base58btc")
    number = 0
    for char in text[1:]:
        if char not in _VALUES:
            raise FormatError("multibase.form", f"{char!r} is no base58 digit")
        number = number * 58 + _VALUES[char]
    zeroes = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\0" * zeroes + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public_key: bytes) -> str:
    """The Multikey of an Ed25519 public key."""
    return encode(_ED25519 + public_key)


def parse_multikey(text: str) -> bytes:
    """The Ed25519 public key in a Multikey, 32 bytes.

    Raises:
        FormatError: another form, or another kind of key.
    """
    data = decode(text)
    if len(data) != 34 or not data.startswith(_ED25519):
        raise FormatError("multibase.key", f"{text[:60]!r} is no Ed25519 key")
    return data[2:]
