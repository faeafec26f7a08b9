"""RFC 8785 canonical JSON, as far as the ledger uses it: ASCII member names and no floats.

With those two limits msgspec's sorted encoder is RFC 8785 byte for byte: RFC 8785 section 3.2.3 sorts names
by UTF-16 code units, which for ASCII is byte order, and section 3.2.2.2 escapes what msgspec escapes.
`tests/chaincode/contract/test_canonical.py` holds both against the `rfc8785` library.

Whole numbers of an `int` subclass (`Amount`) become decimal strings: JSON numbers stop being exact at 2^53.
"""

from typing import Any

import msgspec


def encode_amount(value: Any) -> str:
    """The hook for what msgspec does not know: an `int` subclass becomes its decimal string."""
    if isinstance(value, int):
        return int.__repr__(value)
    raise TypeError(f"{type(value).__name__} has no place in a record")


def decode_amount(kind: type[Any], value: Any) -> Any:
    """The inverse hook: a canonical decimal string becomes the `int` subclass, which checks its own range.

    Raises:
        ValueError: `value` is not the canonical decimal string of a number that `kind` allows.
    """
    if not issubclass(kind, int):
        raise TypeError(f"{kind} has no place in a record")
    if type(value) is not str or len(value) > DIGITS_MAX:
        raise ValueError("expected a decimal string")
    digits = value[1:] if value[:1] == "-" else value
    if not (digits.isdecimal() and digits.isascii()) or (digits[0] == "0" and value != "0"):
        raise ValueError("expected a canonical decimal string")
    return kind(value)


DIGITS_MAX = 40
"""Longest decimal string looked at: far over any amount, far under what makes int() slow."""

_ENCODER = msgspec.json.Encoder(enc_hook=encode_amount, order="sorted")


def canonical_json(value: object) -> bytes:
    """`value` (text, whole numbers, booleans, None, lists, mappings, Structs) as canonical JSON bytes."""
    return _ENCODER.encode(value)
