"""Header fields as literals without indexing, which change no table (RFC 7541, section 6.2.2)."""


def literal(name: bytes, value: bytes) -> bytes:
    """One field."""
    return b"\x00" + _string(name) + _string(value)


def _string(value: bytes) -> bytes:
    """A string literal: its length with a prefix of 7 bits (RFC 7541, 5.1), then its bytes."""
    length = len(value)
    if length < 127:
        return bytes((length,)) + value
    encoded = bytearray(b"\x7f")
    length -= 127
    while length >= 128:
        encoded.append(length & 0x7F | 0x80)
        length >>= 7
    encoded.append(length)
    return bytes(encoded) + value
