"""Activity records, packed: what a client sends of one, and what the ledger keeps (state.md, State).

Big-endian, no padding. A methodology with n inputs makes claims of 52 + 8n bytes and records of 81 + 8n bytes.

| bytes | field |
| --- | --- |
| 0–15 | account: its sixteen random bytes |
| 16–19 | when it happened: seconds since 1970, UTC (until 2106) |
| 20–51 | SHA-256 of the evidence |
| 52–(51+8n) | inputs in declared order, signed 64 bits each |
| then 1 | result, see Result |
| then 4 | points credited |
| then 8 | grams CO2e |
| then 16 | salt: the first half of HMAC-SHA256(the order's salt, position as 8 bytes) |

The first four rows are the claim. The root of a batch is RFC 6962's over its records, so that one record can be
opened alone; its salt keeps the others from being guessed.
"""

from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from struct import Struct

from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.errors.code import Code

RECORDS_MAX = 5_000
"""Records in one batch."""

CLAIM_BASE_BYTES = 52
SALT_BYTES = 16
OUTCOME = Struct(">BIQ16s")


class Result(IntEnum):
    """What became of one record. Below 16 it was credited."""

    CREDITED = 0
    CAPPED = 1
    """Credited; its points were cut to what the account may still earn that day."""
    ACCOUNT_UNKNOWN = 16
    ACCOUNT_INACTIVE = 17
    INPUT_RANGE = 18
    CLAIM_CLOSED = 19
    IN_FUTURE = 20
    SLOT_CLAIMED = 21
    DAY_RECORDS = 22
    UNBOUND = 23


FIRST_REJECTION = 16

RESULT_CODES: dict[Result, Code] = {
    Result.ACCOUNT_UNKNOWN: codes.ACCOUNT_UNKNOWN,
    Result.ACCOUNT_INACTIVE: codes.ACCOUNT_INACTIVE,
    Result.INPUT_RANGE: codes.INPUT_RANGE,
    Result.CLAIM_CLOSED: codes.CLAIM_CLOSED,
    Result.IN_FUTURE: codes.IN_FUTURE,
    Result.SLOT_CLAIMED: codes.SLOT_CLAIMED,
    Result.DAY_RECORDS: codes.DAY_RECORDS,
    Result.UNBOUND: codes.UNBOUND,
}
"""The catalogue's entry for each rejection."""


@lru_cache
def claim_struct(inputs: int) -> Struct:
    """The layout of a claim: (account, when, evidence, *inputs)."""
    return Struct(f">16sI32s{inputs}q")


def record_struct(inputs: int) -> Struct:
    """The layout of a record: (account, when, evidence, *inputs, result, points, grams, salt)."""
    return Struct(f">16sI32s{inputs}qBIQ16s")


def require_claims(claims: bytes, inputs: int) -> int:
    """How many claims there are.

    Raises:
        Refusal: activities.records_width, activities.records_count.
    """
    width = CLAIM_BASE_BYTES + 8 * inputs
    if len(claims) % width:
        raise codes.RECORDS_WIDTH.at("records", len(claims), width=width)
    count = len(claims) // width
    if not 1 <= count <= RECORDS_MAX:
        raise codes.RECORDS_COUNT.at("records", count, limit=RECORDS_MAX)
    return count


def accounts_in(claims: bytes, width: int) -> Iterator[bytes]:
    """The account of each claim, in order."""
    return (claims[at : at + 16] for at in range(0, len(claims), width))
