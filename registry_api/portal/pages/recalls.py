"""Whether a retirement's units were recalled since, and replaced. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tanhui.registry_api.portal.archive import Happened

State: TypeAlias = Literal["valid", "recalled", "replaced"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a certificate since it was made, and by which effects."""

    state: State
    by: Sequence[Happened] = ()


def standing(effect: Mapping[str, Any], later: Sequence[Happened]) -> Standing:
    """Judge by the effects that concerned its serials later: a recall, and a replacement under its own id."""
    recalls = [one for one in later if one.kind.startswith("recalls.")]
    if not recalls:
        return Standing("valid")
    replaced = any(
        one.kind == "recalls.replaced" and one.effect.get("retirement") == effect["retirement"]
        for one in recalls
    )
    return Standing("replaced" if replaced else "recalled", recalls)
