"""The one JSON that this package signs and hashes: RFC 8785, parsed strictly, numbers as decimal strings.

`encode` and `parse` know objects, arrays, strings, true, false and null. JSON numbers are refused: amounts
are decimal strings, because a reader in another language would round what passes 2^53. `parse` accepts only
bytes that `encode` would produce again, so that one value has one encoding and one hash.
`jcs` is RFC 8785 in full, for documents of others (W3C Data Integrity) that carry numbers.
"""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

import rfc8785

from tanhui.proofs.errors import FormatError

Json: TypeAlias = "str | bool | Sequence[Json] | Mapping[str, Json] | None"

DOCUMENT_BYTES_MAX = 1 << 20
DEPTH_MAX = 32
VALUES_MAX = 200_000
"""Commas and opening brackets in one document, those in strings too: what a parser's time and memory go by."""
DECIMAL_DIGITS_MAX = 39
"""Enough for 128 bits; amounts are bounded more tightly where they are used."""

_DECIMAL = re.compile(rf"(?:0|[1-9][0-9]{{0,{DECIMAL_DIGITS_MAX - 1}}})\Z", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z", re.ASCII)


def encode(value: Json) -> bytes:
    """RFC 8785 bytes of a value without numbers.

    Raises:
        FormatError: a number, another type, a key that is no string, a lone surrogate, or too deep.
    """
    ascii_keys = _check(value, 0)
    try:
        if ascii_keys:  # then code-point order is the UTF-16 order that section 3.2.3 asks for
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            return text.encode()
        return jcs(value)
    except UnicodeEncodeError as error:
        raise FormatError("json.surrogate", f"a lone surrogate at {error.start}") from None


def jcs(value: object) -> bytes:
    """RFC 8785 bytes of any JSON value, numbers included.

    Raises:
        FormatError: what RFC 8785 cannot write: NaN, an integer beyond 2^53, a key that is no string.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # checked by the library as it goes
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeError) as error:
        raise FormatError("json.value", str(error)) from None


def parse(data: bytes, bytes_max: int = DOCUMENT_BYTES_MAX) -> Json:
    """The value that canonical bytes stand for.

    Raises:
        FormatError: too long, no JSON, a number, a duplicate key, or not the canonical encoding of its value.
    """
    value = _decoded(data, bytes_max)
    if encode(value) != data:
        raise FormatError("json.not_canonical", "the bytes are not the RFC 8785 form of their value")
    return value


def parse_loose(data: bytes, bytes_max: int = DOCUMENT_BYTES_MAX) -> Json:
    """As `parse`, but whitespace and key order are free: for files that people edit.

    Raises:
        FormatError: too long, no JSON, a number, a duplicate key, a lone surrogate, or too deep.
    """
    value = _decoded(data, bytes_max)
    encode(value)
    return value


def _decoded(data: bytes, bytes_max: int) -> Json:
    if len(data) > bytes_max:
        raise FormatError("json.too_long", f"{len(data)} bytes, at most {bytes_max}")
    if (values := sum(map(data.count, (b",", b"[", b"{")))) > VALUES_MAX:
        raise FormatError("json.too_many", f"{values} commas and brackets, at most {VALUES_MAX}")
    try:
        value: Json = _DECODER.decode(data.decode("utf-8"))
    except FormatError:
        raise
    except UnicodeDecodeError as error:
        raise FormatError("json.utf8", f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise FormatError("json.too_deep", f"more than {DEPTH_MAX} levels") from None
    except ValueError as error:
        raise FormatError("json.syntax", str(error)) from None
    return value


def decimal(value: int) -> str:
    """A whole number from 0 as its decimal string.

    Raises:
        FormatError: negative, or beyond 128 bits.
    """
    text = str(value)
    if not _DECIMAL.match(text):
        raise FormatError("decimal.range", f"{text} is not between 0 and 39 digits")
    return text


def parse_decimal(text: object, maximum: int = 2**63 - 1) -> int:
    """The whole number that a canonical decimal string stands for: ASCII digits, no sign, no leading zero.

    Raises:
        FormatError: another form, or beyond `maximum`.
    """
    if not isinstance(text, str) or not _DECIMAL.match(text):
        raise FormatError("decimal.form", f"{_short(text)} is no canonical decimal")
    value = int(text)
    if value > maximum:
        raise FormatError("decimal.range", f"{text} is beyond {maximum}")
    return value


def parse_hex(text: object, length: int | None = None) -> bytes:
    """The bytes that lowercase hex stands for, `length` of them where given.

    Raises:
        FormatError: another form or length.
    """
    if not isinstance(text, str) or not _HEX.match(text):
        raise FormatError("hex.form", f"{_short(text)} is no lowercase hex")
    if length is not None and len(text) != 2 * length:
        raise FormatError("hex.length", f"{len(text) // 2} bytes, not {length}")
    return bytes.fromhex(text)


def base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return b64encode(data).decode("ascii")


def parse_base64(text: object, bytes_max: int = DOCUMENT_BYTES_MAX) -> bytes:
    """The bytes that canonical base64 stands for: padded, spare bits zero (RFC 4648 sections 3.5 and 4).

    Raises:
        FormatError: another form, or more than `bytes_max` bytes.
    """
    if not isinstance(text, str) or len(text) > (bytes_max + 2) // 3 * 4:
        raise FormatError("base64.form", f"{_short(text)} is no base64 of at most {bytes_max} bytes")
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise FormatError("base64.form", f"{_short(text)} is no base64") from None
    if base64(data) != text:
        raise FormatError("base64.form", f"{_short(text)} is not the canonical base64 of its bytes")
    return data


def members(
    value: Json, required: Sequence[str], optional: Sequence[str] = (), of: str = "object"
) -> dict[str, Json]:
    """The members of an object that has every required key and none that is not named.

    Raises:
        FormatError: no object, a missing key, an unknown key.
    """
    if not isinstance(value, dict):
        raise FormatError("json.object", f"{of} is no object")
    for key in required:
        if key not in value:
            raise FormatError("json.missing", f"{of} has no {key}")
    for key in value:
        if key not in required and key not in optional:
            raise FormatError("json.unknown", f"{of} has the unknown key {_short(key)}")
    return value


def text_of(value: Json, what: str, chars_max: int = 1024) -> str:
    """A string of bounded length.

    Raises:
        FormatError: no string, or longer.
    """
    if not isinstance(value, str) or len(value) > chars_max:
        raise FormatError("json.text", f"{what} is no text of at most {chars_max} characters")
    return value


def list_of(value: Json, what: str, items_max: int) -> list[Json]:
    """An array of bounded length.

    Raises:
        FormatError: no array, or longer.
    """
    if not isinstance(value, list) or len(value) > items_max:
        raise FormatError("json.list", f"{what} is no list of at most {items_max} items")
    return value


def _check(value: object, depth: int) -> bool:
    """Refuse what this JSON does not know; True when every key is ASCII."""
    if value is None or isinstance(value, (str, bool)):
        return True
    if depth >= DEPTH_MAX:
        raise FormatError("json.too_deep", f"more than {DEPTH_MAX} levels")
    if isinstance(value, (list, tuple)):
        return min((_check(one, depth + 1) for one in value), default=True)
    if isinstance(value, dict):
        ascii_keys = True
        for key, one in value.items():
            if not isinstance(key, str):
                raise FormatError("json.key", f"{_short(key)} is no string")
            ascii_keys &= key.isascii() & _check(one, depth + 1)
        return ascii_keys
    raise FormatError("json.value", f"{_short(value)} is neither text, true, false, null, list nor object")


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise FormatError("json.duplicate", f"the key {_short(twice)} stands twice")
    return value


def _no_number(text: str) -> NoReturn:
    raise FormatError("json.number", f"{_short(text)}: numbers are written as decimal strings")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_no_number, parse_int=_no_number, parse_constant=_no_number
)
