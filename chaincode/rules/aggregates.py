"""Aggregates: reductions of people who consent, verified and issued like a project (domain.md, Two lanes).

A credited gram is extinguished, or by recorded consent assigned to its platform's aggregate. What is assigned is
the records of one activity batch, once and for good: those of accounts that consent, on a day on which they did.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, record_struct
from tanhui.chaincode.rules.days import Day, day_of
from tanhui.chaincode.rules.errors import aggregates as codes

ACCOUNT_BYTES: Final = 16
ACCOUNTS_MAX: Final = 5_000
"""Accounts in one order of consents."""
BATCHES_MAX: Final = 5_000
"""Activity batches that back one monitoring period: twenty-five million records."""


class Standing(NamedTuple):
    """A credited record that was neither reversed nor turned down."""

    position: int
    account: bytes
    day: Day
    """On which the activity happened, in UTC+8."""
    grams: int


def accounts_in(packed: bytes) -> tuple[bytes, ...]:
    """The accounts of an order of consents.

    Raises:
        Refusal: aggregates.accounts_width, aggregates.account_twice.
    """
    count, rest = divmod(len(packed), ACCOUNT_BYTES)
    if rest or not 1 <= count <= ACCOUNTS_MAX:
        raise codes.ACCOUNTS_WIDTH.at("accounts", len(packed), width=ACCOUNT_BYTES, limit=ACCOUNTS_MAX)
    found = tuple(packed[at : at + ACCOUNT_BYTES] for at in range(0, len(packed), ACCOUNT_BYTES))
    seen: set[bytes] = set()
    for one in found:
        if one in seen:
            raise codes.ACCOUNT_TWICE.at("accounts", one.hex())
        seen.add(one)
    return found


def standing(records: bytes, inputs: int, gone: Collection[int]) -> Iterator[Standing]:
    """The records of a batch that still count; `gone` are the positions reversed or turned down."""
    left_out = set(gone)
    for at, (account, when, *_, result, _, grams, _) in enumerate(record_struct(inputs).iter_unpack(records)):
        if result < FIRST_REJECTION and at not in left_out:
            yield Standing(at, account, day_of(when), grams)


def assigned(records: Iterable[Standing], since: Mapping[bytes, Day]) -> tuple[Standing, ...]:
    """The records to assign: of accounts that consent, from the day of their consent on."""
    return tuple(one for one in records if one.account in since and one.day >= since[one.account])
