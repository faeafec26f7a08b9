"""A person's total for a bank: what is committed to, and for how long it may be looked at (Jilin 3).

The ledger holds a salted commitment to this text, so that the total is the bank's to know and no other
member's. Grams and points are those that the account was credited in the period; whoever has the opening can
compute them again from the committed batches.
"""

from typing import Final

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import disclosures as codes

DAYS_MAX: Final = 366
"""A total is shown for so many days at most, and covers so many."""


def total_text(grams: int, points: int, first_day: Day, last_day: Day) -> str:
    """What the commitment is to, for example `grams=1200;points=35;from=2026-01-01;to=2026-12-31`."""
    return f"grams={grams};points={points};from={day_text(first_day)};to={day_text(last_day)}"


def require_period(first_day: Day, last_day: Day, today: Day) -> None:
    """Refuse a period that is backwards, too long, or not over.

    Raises:
        Refusal: disclosures.period.
    """
    if not first_day <= last_day < today or last_day - first_day >= DAYS_MAX:
        raise codes.PERIOD.at("last_day", day_text(last_day), first_day=day_text(first_day), limit=DAYS_MAX)


def require_until(until: Day, today: Day) -> None:
    """Refuse a disclosure that is over already, or open for too long.

    Raises:
        Refusal: disclosures.until.
    """
    if not today <= until < today + DAYS_MAX:
        raise codes.UNTIL.at("until", day_text(until), today=day_text(today), limit=DAYS_MAX)


def require_open(until: Day, today: Day) -> None:
    """Refuse a look after the last day.

    Raises:
        Refusal: disclosures.expired.
    """
    if today > until:
        raise codes.EXPIRED.at("disclosure", day_text(today), until=day_text(until))
