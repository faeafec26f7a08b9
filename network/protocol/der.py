"""The one piece of DER that block headers and re-signed certificates need (ITU-T X.690, 8.1 and 10.1)."""


def der_element(tag: int, content: bytes) -> bytes:
    """Tag, definite length in its shortest form, content."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
