"""What every writing function takes: an order with the id that makes a repeat harmless."""

from datetime import date
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.refusal import Refusal

REQUEST_DAYS_KEPT: Final = 30
"""So many days after the day in its id a request is remembered; then its id is refused, never run again."""

RequestId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{8}-[0-9A-Za-z._-]{1,55}$(?!\n)", max_length=64)]
"""`YYYYMMDD-` and the client's own id, unique within its organisation.

The day (UTC+8) is when the client first made the request. It is what lets an endorser forget old requests
without ever running one twice: an id whose day is past is refused, whether it is still remembered or not.
"""

_EPOCH = date(1970, 1, 1).toordinal()


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the argument of every function that writes."""

    request_id: RequestId


def request_day(request_id: str, today: int) -> str:
    """The eight digits of the id's day, when it lies in the time for which requests are remembered.

    `today` counts days since 1970-01-01 in UTC+8. One day ahead is allowed, for clocks.

    Raises:
        Refusal: contract.request_day.
    """
    digits = request_id[:8]
    if not today - REQUEST_DAYS_KEPT <= _day(digits) <= today + 1:
        raise Refusal(
            codes.REQUEST_DAY,
            "request_id",
            request_id,
            today=date.fromordinal(today + _EPOCH).isoformat(),
            days=REQUEST_DAYS_KEPT,
        )
    return digits


def is_forgotten(digits: str, today: int) -> bool:
    """Whether requests of the day YYYYMMDD may be deleted: their ids are refused from now on anyway."""
    return _day(digits) < today - REQUEST_DAYS_KEPT


def _day(digits: str) -> int:
    """Days since 1970-01-01; what is no day of the calendar lies before all that are."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal() - _EPOCH
    except ValueError:
        return -_EPOCH - 1
