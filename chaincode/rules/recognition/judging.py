"""Whether terms allow a transfer: judged at the lock's timestamp, by both sides, with the same result."""

from collections.abc import Sequence
from typing import NamedTuple

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Terms


class Part(NamedTuple):
    """What of a transfer has one methodology and vintage, in source units."""

    source: str
    vintage: int
    quantity: int


def require_lane(terms: Terms, lane: str) -> None:
    """Refuse units of the other lane.

    Raises:
        Refusal: recognition.lane.
    """
    if terms.lane != lane:
        raise codes.LANE.at("agreement", terms.agreement, lane=terms.lane)


def require_allowed(terms: Terms, source: int, parts: Sequence[Part], locked: Day) -> None:
    """Refuse what the terms do not cover: direction, term, methodology, vintage, cap of one transfer.

    Units that go home are not judged here: a return only undoes.

    Raises:
        Refusal: recognition.direction, recognition.term, recognition.methodology, recognition.vintage,
            recognition.cap.
    """
    if not terms.allows_from(source):
        raise codes.DIRECTION.at("agreement", terms.agreement, direction=terms.direction)
    day = day_text(locked)
    if not terms.first_day <= day <= terms.last_day:
        raise codes.TERM.at("day", day, first=terms.first_day, last=terms.last_day)
    for part in parts:
        if part.source not in terms.methodologies:
            raise codes.METHODOLOGY.at("methodology", part.source, agreement=terms.agreement)
        if part.vintage < terms.vintage_since:
            raise codes.VINTAGE.at("vintage", part.vintage, since=terms.vintage_since)
    quantity = sum(part.quantity for part in parts)
    cap = terms.caps.per_transfer
    if cap and quantity > cap:
        raise codes.CAP.at("quantity", quantity, cap="per_transfer", available=cap)


def target_quantity(terms: Terms, source: int, quantity: int) -> int:
    """Target units for source units; nothing is rounded.

    Raises:
        Refusal: recognition.not_a_multiple.
    """
    numerator, unit = terms.ratio_from(source)
    if quantity % unit:
        raise codes.NOT_A_MULTIPLE.at("points", quantity, denominator=unit)
    return quantity // unit * numerator
