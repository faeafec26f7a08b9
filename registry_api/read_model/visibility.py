"""Whose effects are shown to whom: persons' accounts to their operator, deals and budgets to whom they name. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

PERSONAL_LANES: Final = ("points", "accounts", "activities", "identity", "rewards")
"""Lanes whose effects concern persons' accounts."""
PERSONAL_KINDS: Final = (*(f"{lane}." for lane in PERSONAL_LANES), "recognition.points_")
"""How the kinds of such effects begin: points that cross between regions are a person's, too."""
PERSONAL_FUNCTIONS: Final = (*(f"{lane}:" for lane in PERSONAL_LANES), "recognition:LockPoints")
PROGRAMME_MEMBERS: Final = ("programme", "source_programme", "target_programme")
"""Members of an effect that say which programme it concerns."""
NAMED_KINDS: Final = frozenset(
    {
        "accounting.month_carried_forward",
        "budgets.alerted",
        "budgets.reading_decided",
        "budgets.reading_recorded",
        "budgets.reckoned",
        "budgets.status_changed",
        "disclosures.changed",
        "energy_contracts.saving_verified",
        "energy_contracts.status_changed",
        "insurance.changed",
        "market.intent_changed",
        "market.trade_changed",
        "trusts.changed",
    }
)
"""Kinds that tell of a deal or of one institution: for organisations that the effect names, as the objects are."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller sees: effects of these programmes' persons, and what names its organisation."""

    programmes: frozenset[str] = frozenset()
    organisation: str = ""


def is_personal(name: str) -> bool:
    """Whether an effect's kind or a function's name is of such a lane."""
    return name.startswith((*PERSONAL_KINDS, *PERSONAL_FUNCTIONS))


def is_visible(effect: Mapping[str, Any], sight: Sight | None) -> bool:
    """Whether an effect is shown to who has this sight; None sees everything."""
    kind = str(effect["kind"])
    if sight is None or not (is_personal(kind) or kind in NAMED_KINDS):
        return True
    if any(effect.get(member) in sight.programmes for member in PROGRAMME_MEMBERS):
        return True
    return kind in NAMED_KINDS and bool(sight.organisation) and sight.organisation in _texts(effect)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
