"""Which organisations endorse: a smallest set that satisfies every policy concerned.

Fabric's discovery enumerates layouts from the policy (discovery/endorsement/endorsement.go). Policies are
monotone (a further endorsement never makes one fail), so dropping organisations one at a time while the
policies still hold leaves a set from which none can be dropped.
"""

from collections.abc import Callable, Sequence

Satisfied = Callable[[Sequence[str]], bool]
"""Whether endorsements by one peer of each of these MSPs satisfy every policy concerned."""


def smallest_layout(available: Sequence[str], preferred: str, satisfied: Satisfied) -> tuple[str, ...] | None:
    """MSP ids to ask, `preferred` first when it is among them; None when all together do not suffice.

    The preferred organisation is dropped last, the others from the end of `available`.
    """
    ordered = sorted(dict.fromkeys(available), key=lambda msp_id: msp_id != preferred)
    if not satisfied(ordered):
        return None
    chosen = list(ordered)
    for msp_id in reversed(ordered):
        fewer = [one for one in chosen if one != msp_id]
        if satisfied(fewer):
            chosen = fewer
    return tuple(chosen)
