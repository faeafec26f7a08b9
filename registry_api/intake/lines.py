"""Activities as people send them: JSON, JSON lines or CSV, line by line, so that one bad line costs one line.

A line becomes one JSON object whose members are the activity's own; whether they make sense is for the ledger
to say. What is refused here is what cannot be read at all.
"""

import csv
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

Format = Literal["json", "jsonl", "csv"]

MEDIA_TYPES: dict[str, Format] = {
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "text/csv": "csv",
}


@dataclass(frozen=True, slots=True)
class GoodLine:
    """One activity: its line number in the upload, counted from 1, and its JSON object."""

    number: int
    activity: bytes


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read: number, and why."""

    number: int
    reason: str


Line = GoodLine | BadLine

SEPARATORS = ";\t|，"
"""What other programs put between cells; ours is the comma."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of what a spreadsheet calls Unicode text."""


async def split_lines(
    chunks: AsyncIterator[bytes], line_bytes_max: int
) -> AsyncIterator[tuple[int, bytes | None]]:
    """Numbered lines of a stream, without their ends; None for a line that is longer than allowed.

    Holds no more than one line and one chunk; a byte order mark at the start is taken off.
    """
    number = 0
    rest = b""
    skipping = False
    async for chunk in chunks:
        rest += chunk
        *whole, rest = rest.split(b"\n")
        for line in whole:
            number += 1
            if skipping or len(line) > line_bytes_max:
                skipping = False
                yield number, None
            else:
                yield number, _clean(line, number)
        if len(rest) > line_bytes_max:
            skipping, rest = True, b""
    if rest or skipping:
        number += 1
        too_long = skipping or len(rest) > line_bytes_max
        yield number, None if too_long else _clean(rest, number)


def _clean(line: bytes, number: int) -> bytes:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    return line.removesuffix(b"\r")


async def json_lines(numbered: AsyncIterator[tuple[int, bytes | None]]) -> AsyncIterator[Line]:
    """One JSON object a line; empty lines are passed over."""
    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    async for number, line in numbered:
        if line is None:
            yield BadLine(number, "the line is too long")
        elif line.strip():
            try:
                decode(line)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                yield BadLine(number, f"not a JSON object: {error}")
            else:
                yield GoodLine(number, line)


async def csv_lines(
    numbered: AsyncIterator[tuple[int, bytes | None]], needed: Sequence[str] = ()
) -> AsyncIterator[Line]:
    """A header of member names, then one activity a line; quoted fields may not span lines.

    A column `inputs.km` becomes the member `km` of the object `inputs`; an empty cell is left out. A file without a
    header of at least the names `needed`, or without a line below it, is one bad line: the first. What follows is read
    to its end all the same, because the upload's hash covers it.
    """
    header: list[str] | None = None
    number, below = 0, False
    async for number, line in numbered:
        if header is None and line is not None and line.startswith(UTF_16):
            yield BadLine(number, "the file is in UTF-16: save it as CSV in UTF-8")
            await _pass_over(numbered)
            return
        below = below or header is not None
        if line is None:
            yield BadLine(number, "the line is too long")
            continue
        try:
            cells = next(csv.reader([line.decode("utf-8")], strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            yield BadLine(number, f"not CSV in UTF-8: {error}")
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            if wrong := _wrong_header(header, needed):
                yield BadLine(number, wrong)
                await _pass_over(numbered)
                return
        elif any(cells):
            if len(cells) != len(header):
                yield BadLine(number, f"{len(cells)} cells under {len(header)} names")
            else:
                yield GoodLine(number, msgspec.json.encode(_members(zip(header, cells, strict=True))))
    if not number:
        yield BadLine(1, "the file is empty")
    elif header is not None and not below:
        yield BadLine(1, "no line follows the header")


async def _pass_over(numbered: AsyncIterator[tuple[int, bytes | None]]) -> None:
    async for _ in numbered:
        pass


def _wrong_header(header: Sequence[str], needed: Sequence[str]) -> str:
    """Why these are no names of columns; "" when they are."""
    if len(header) == 1 and (used := [mark for mark in SEPARATORS if mark in header[0]]):
        return f"the separator is {used[0]!r}: it must be a comma"
    if not all(header) or len(set(header)) != len(header):
        return "the header has an empty or repeated name"
    missing = [name for name in needed if name not in header]
    return f"the header lacks {', '.join(missing)}" if missing else ""


def _members(pairs: Iterator[tuple[str, str]]) -> dict[str, str | dict[str, str]]:
    members: dict[str, str | dict[str, str]] = {}
    for name, cell in pairs:
        if not cell:
            continue
        outer, dot, inner = name.partition(".")
        if not dot:
            members[name] = cell
            continue
        group = members.setdefault(outer, {})
        if isinstance(group, dict):
            group[inner] = cell
    return members


def json_array(body: bytes) -> Iterator[Line]:
    """A JSON array of objects, numbered from 1. Raises msgspec.DecodeError when it is no array."""
    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    for number, raw in enumerate(msgspec.json.decode(body, type=list[msgspec.Raw]), start=1):
        try:
            decode(raw)
        except (msgspec.DecodeError, RecursionError) as error:
            yield BadLine(number, f"not a JSON object: {error}")
        else:
            yield GoodLine(number, bytes(raw))
