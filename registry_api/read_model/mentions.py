"""What an effect mentions: identifiers by the member that names them, and ranges of serials. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

VALUE_CHARACTERS_MAX: Final = 200
NOT_IDENTIFIERS: Final = frozenset({"kind", "reason", "note", "name", "title", "comment", "v"})
"""Members whose text is for people: they are searched as text, not looked up."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Pairs (member, identifier), and ranges (batch, first serial, last serial); sorted, each one once."""

    identifiers: tuple[tuple[str, str], ...]
    ranges: tuple[tuple[str, int, int], ...]


def mentions_of(effect: dict[str, Any]) -> Mentions:
    """Everything that an effect's JSON object names."""
    identifiers: set[tuple[str, str]] = set()
    ranges: set[tuple[str, int, int]] = set()
    for path, value in _leaves(effect):
        if isinstance(value, dict):
            ranges.add((value["batch"], int(value["first"]), int(value["last"])))
            identifiers.add(("batch", value["batch"]))
        elif path not in NOT_IDENTIFIERS and _is_identifier(value):
            identifiers.add((path, value))
    return Mentions(tuple(sorted(identifiers)), tuple(sorted(ranges)))


def _is_identifier(value: str) -> bool:
    return 0 < len(value) <= VALUE_CHARACTERS_MAX and value.isprintable() and not _is_amount(value)


def _is_amount(value: str) -> bool:
    """Amounts are decimal strings; an organisation's code of digits only has 18 of them, and is no amount."""
    return value.removeprefix("-").isdecimal() and len(value) != 18


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Texts with the member that holds them, and whole objects that are ranges."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, name)
    elif isinstance(value, dict):
        if {"batch", "first", "last"} <= value.keys():
            yield name, value
            return
        for member, item in value.items():
            yield from _leaves(item, member)
