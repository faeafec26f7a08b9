"""Paying records that a review let stand."""

from typing import NamedTuple

import msgspec

from tanhui.chaincode.rules.accounts import State
from tanhui.chaincode.rules.days import Day, day_text, year_of
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.lots import Lot, receive
from tanhui.chaincode.transactions.activities.record import ActivityBatch
from tanhui.chaincode.transactions.points.operating import Operated, draw_budget
from tanhui.chaincode.transactions.tx import Tx


class Payment(NamedTuple):
    """What was paid, and the accounts that could not be."""

    points: int
    repaid: int
    expires: str
    inactive: frozenset[bytes]


async def pay(
    tx: Tx, operated: Operated, batch: ActivityBatch, tranche: int, owed: dict[bytes, int]
) -> Payment:
    """Pay points by account into the batch's issue; frozen and closed accounts get nothing.

    The issue is that of the submission, whose version and year it names; the points expire as if they were
    issued today, because nobody could spend them before.

    Raises:
        Refusal: points.tranche_unknown, points.budget_exhausted.
    """
    found = await tx.accounts.get_all(*[one.hex() for one in owed], under=(batch.programme,))
    expires = operated.rules.expiry.last_day(tx.day)
    source = f"{batch.methodology}@{batch.version}"
    issue = Issue(batch.programme, batch.programme_version, source, year_of(Day(batch.day)))
    paid = repaid = 0
    inactive = set()
    for (account_id, points), account in zip(owed.items(), found, strict=True):
        if account.state is not State.ACTIVE:
            inactive.add(account_id)
        elif points:
            received = receive(account.lots, (Lot(expires, issue.id, points),), account.debt)
            changed = msgspec.structs.replace(account, lots=received.lots, debt=received.debt)
            tx.accounts.put(changed, batch.programme, account_id.hex())
            paid += points
            repaid += received.repaid
    await draw_budget(tx, operated, tranche, paid)
    if paid:
        tx.issues.put(issue, batch.programme, issue.id.hex())
    return Payment(paid, repaid, day_text(expires), frozenset(inactive))
