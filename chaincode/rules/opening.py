"""Opening import: units of a running scheme, from its former registry's signed manifest, once (domain.md).

The manifest lists its parts by hash: chunks of balances and single batches. Whoever sends a part later sends what
was signed, or is refused. A balance line is 28 bytes, big-endian:

| bytes | field |
| --- | --- |
| 0–15 | account |
| 16–19 | last day on which the points can be spent, days since 1970-01-01 in UTC+8 |
| 20–27 | points |
"""

from collections.abc import Sequence
from hashlib import sha256
from struct import Struct
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.rules.days import DAY_MAX, Day, day_text
from tanhui.chaincode.rules.errors import opening as codes
from tanhui.chaincode.rules.lots import Lot
from tanhui.chaincode.rules.quantities import AMOUNT_MAX, require_between
from tanhui.chaincode.rules.serials import BrokenLedger, Range, check_complete

LINE: Final = Struct(">16sIQ")
LINE_BYTES: Final = LINE.size
LINES_MAX: Final = 5_000
PARTS_MAX: Final = 1_000
"""Chunks, and batches, of one manifest: five million balances."""

PartNumber = Annotated[int, msgspec.Meta(ge=0, lt=PARTS_MAX)]


def balances(lines: bytes, issue: bytes, cut_off: Day) -> dict[bytes, tuple[Lot, ...]]:
    """Lots by account, all of one issue.

    Raises:
        Refusal: opening.lines_width, opening.account_twice, opening.expired, value.out_of_range.
    """
    count, rest = divmod(len(lines), LINE_BYTES)
    if rest or not 1 <= count <= LINES_MAX:
        raise codes.LINES_WIDTH.at("lines", len(lines), width=LINE_BYTES, limit=LINES_MAX)
    found: dict[bytes, tuple[Lot, ...]] = {}
    for account, last_day, points in LINE.iter_unpack(lines):
        require_between(points, "points", 1, AMOUNT_MAX)
        expires = Day(require_between(last_day, "last_day", 0, DAY_MAX))
        if expires < cut_off:
            raise codes.EXPIRED.at("lines", account.hex(), cut_off=day_text(cut_off))
        lots = found.get(account, ())
        if any(lot.expires == expires for lot in lots):
            raise codes.ACCOUNT_TWICE.at("lines", account.hex())
        found[account] = (*lots, Lot(expires, issue, points))
    return found


def require_listed(part: int, hashes: Sequence[str], content: bytes) -> None:
    """Refuse a part that is not the one whose hash the manifest lists.

    Raises:
        Refusal: opening.part_unknown, opening.part_differs.
    """
    if part >= len(hashes):
        raise codes.PART_UNKNOWN.at("part", part, count=len(hashes))
    found = sha256(content).hexdigest()
    if found != hashes[part]:
        raise codes.PART_DIFFERS.at("part", found, part=part, expected=hashes[part])


def require_whole(ranges: Sequence[Range], batch: str, quantity: int) -> None:
    """Refuse ranges that are not every serial of the batch once.

    Raises:
        Refusal: opening.incomplete.
    """
    try:
        check_complete(ranges, batch, quantity)
    except BrokenLedger as broken:
        raise codes.INCOMPLETE.at("ranges", str(broken), quantity=quantity) from None
