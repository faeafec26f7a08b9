"""Effects of the budgets lane: institutions' years, readings, budgets, red cards."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Version


@effect("budgets.factor_filed")
class EnergyFactorFiled(Effect):
    """A version of what one unit of a carrier makes in grams of coal equivalent and of CO2."""

    carrier: Id
    version: Version
    document: Digest


@effect("budgets.institution_recorded")
class InstitutionYearRecorded(Effect):
    """An institution's class, grade, floor area and headcount of a year."""

    institution: Id
    year: Id
    floor_m2: Amount
    headcount: Amount


@effect("budgets.meter_registered")
class MeterRegistered(Effect):
    """A meter of an institution, and who reads it."""

    institution: Id
    meter: Id
    carrier: Id
    source: Id


@effect("budgets.status_changed")
class BudgetStatusChanged(Effect):
    """A budget reached a state with these limits."""

    institution: Id
    year: Id
    status: Literal["draft", "approved", "in_force", "adjusted", "closed"]
    version: Version
    energy_gce: Amount
    carbon_g: Amount
    reason: Note | None = None


@effect("budgets.reading_recorded")
class ReadingRecorded(Effect):
    """One reading of a meter's month; earlier ones stay."""

    institution: Id
    meter: Id
    month: Id
    source: Literal["metering", "report", "audit"]
    number: Version
    quantity: Amount
    document: Digest


@effect("budgets.reading_decided")
class ReadingDecided(Effect):
    """Which of a meter month's readings counts, and why."""

    institution: Id
    meter: Id
    month: Id
    number: Version
    reason: Note


@effect("budgets.reckoned")
class BudgetReckoned(Effect):
    """What counted readings have drawn so far."""

    institution: Id
    year: Id
    energy_gce: Amount
    carbon_g: Amount
    unsettled: Amount
    """Meter months whose readings disagree without a decision; the largest counts."""


@effect("budgets.alerted")
class BudgetAlerted(Effect):
    """Use reached a threshold, in basis points of the limit."""

    institution: Id
    year: Id
    of: Literal["energy", "carbon"]
    threshold_basis_points: Amount


@effect("budgets.red_card_changed")
class RedCardChanged(Effect):
    """亮红牌: a breach's card reached a state."""

    institution: Id
    year: Id
    status: Literal["shown", "planned", "evidenced", "cleared"]
    document: Digest
    day: Day
    reason: Note
