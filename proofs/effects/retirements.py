"""Effects of the retirements lane: what a certificate is derived from."""

from enum import StrEnum

from tanhui.proofs.effects.parts import Party, SerialRange, check_ranges
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Day, Id, Note, Quantity
from tanhui.proofs.errors import FormatError


class Purpose(StrEnum):
    """Why credits were retired (domain.md, Retirement)."""

    VOLUNTARY = "voluntary"
    OFFICE = "office"
    PRODUCTION = "production"
    DAILY_LIFE = "daily_life"
    EVENT = "event"
    GREEN_FACTORY = "green_factory"
    ZERO_CARBON_PARK = "zero_carbon_park"
    NEAR_ZERO_ZONE = "near_zero_zone"
    DONATION = "donation"
    QUOTA_OFFSET = "quota_offset"
    COMPENSATION = "compensation"
    """以碳代偿, with its case number in `reference`."""


@effect("retirements.retired")
class CreditsRetired(Effect):
    """Ranges used up for good, for one beneficiary and purpose. Each such effect has one certificate."""

    retirement: Id
    holder: Id
    """The organisation whose units they were."""
    beneficiary: Party
    purpose: Purpose
    day: Day
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    reason: Note | None = None
    on_behalf_of: Party | None = None
    reference: Id | None = None
    """Event, case or quota that the retirement is for."""

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)
        if self.purpose is Purpose.COMPENSATION and self.reference is None:
            raise FormatError("effect.reference", "a compensation names its case")
