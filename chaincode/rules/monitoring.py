"""Monitoring periods and what they issue (domain.md, Projects and credits)."""

from dataclasses import dataclass

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.mass import carry
from tanhui.chaincode.rules.quantities import share


@dataclass(frozen=True, slots=True)
class Issuance:
    """What a verified reduction issues: kilograms to the owner and to the buffer, grams to carry forward."""

    owner_kg: int
    buffer_kg: int
    grams_carried: int

    @property
    def quantity_kg(self) -> int:
        """Serials of the batch."""
        return self.owner_kg + self.buffer_kg


def require_period(
    first: Day, last: Day, credited: tuple[Day, Day], monitored_until: Day, today: Day
) -> None:
    """Refuse a period that is backwards, not over, outside the crediting period, or not after the one before.

    Raises:
        Refusal: projects.period_backwards, projects.period_future, projects.period_outside,
            projects.period_overlap.
    """
    shown = f"{day_text(first)}..{day_text(last)}"
    if last < first:
        raise codes.PERIOD_BACKWARDS.at("last_day", day_text(last), first_day=day_text(first))
    if last >= today:
        raise codes.PERIOD_FUTURE.at("last_day", shown, today=day_text(today))
    if first < credited[0] or last > credited[1]:
        raise codes.PERIOD_OUTSIDE.at(
            "first_day", shown, first_day=day_text(credited[0]), last_day=day_text(credited[1])
        )
    if first <= monitored_until:
        raise codes.PERIOD_OVERLAP.at("first_day", shown, monitored_until=day_text(monitored_until))


def issuance(grams: int, grams_waiting: int, buffer_basis_points: int) -> Issuance:
    """The whole verified quantity, the buffer's share rounded down, grams below a kilogram carried forward.

    grams + grams_waiting = 1000 × (owner_kg + buffer_kg) + grams_carried, always.
    """
    carried = carry(grams_waiting, grams)
    buffer_kg = share(carried.kilograms, buffer_basis_points)
    return Issuance(carried.kilograms - buffer_kg, buffer_kg, carried.grams)
