"""Whose effects are shown to whom: those on persons' accounts to their operator and to supervisors. Pure."""

from collections.abc import Mapping
from typing import Any, Final

PERSONAL_LANES: Final = ("points", "accounts", "activities", "identity", "rewards")
"""Lanes whose effects concern persons' accounts."""
PROGRAMME_MEMBERS: Final = ("programme", "source_programme", "target_programme")
"""Members of an effect that say which programme it concerns."""


def is_personal(name: str) -> bool:
    """Whether an effect's kind or a function's name is of such a lane."""
    return name.partition(".")[0].partition(":")[0] in PERSONAL_LANES


def is_visible(effect: Mapping[str, Any], programmes: frozenset[str] | None) -> bool:
    """Whether an effect is shown to whoever operates these programmes; None sees everything."""
    if programmes is None or not is_personal(str(effect["kind"])):
        return True
    return any(effect.get(member) in programmes for member in PROGRAMME_MEMBERS)
