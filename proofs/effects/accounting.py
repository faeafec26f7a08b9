"""Effects of accounting data."""

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Id, Quantity


@effect("accounting.month_carried_forward")
class MonthCarriedForward(Effect):
    """An organisation's movements of a month are one sum now (结转)."""

    organisation: Id
    month: Id
    """YYYY-MM in UTC+8."""
    movements: Quantity
