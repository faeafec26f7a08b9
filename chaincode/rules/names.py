"""Ids, hashes and texts that a client gives: one shape each, one bound each."""

import re

from tanhui.chaincode.rules.errors import values as codes

ID_LENGTH_MAX = 64
TEXT_LENGTH_MAX = 500
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_HASH = re.compile(r"[0-9a-f]{64}")


def require_id(text: str, field: str, limit: int = ID_LENGTH_MAX) -> str:
    """`text` again, when it is 1..limit of a-z 0-9 . _ - and starts with a letter or digit.

    Raises:
        Refusal: value.not_an_id.
    """
    if len(text) > limit or _ID.fullmatch(text) is None:
        raise codes.NOT_AN_ID.at(field, text[:ID_LENGTH_MAX], limit=limit)
    return text


def require_hash(text: str, field: str) -> str:
    """`text` again, when it is 64 lowercase hex digits.

    Raises:
        Refusal: value.not_a_hash.
    """
    if _HASH.fullmatch(text) is None:
        raise codes.NOT_A_HASH.at(field, text[:80])
    return text


def require_text(text: str, field: str, low: int = 1, high: int = TEXT_LENGTH_MAX) -> str:
    """`text` again, when it has low..high characters, none of them a control character.

    Raises:
        Refusal: value.text_length.
    """
    if not low <= len(text) <= high or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise codes.TEXT_LENGTH.at(field, text[:80], low=low, high=high)
    return text
