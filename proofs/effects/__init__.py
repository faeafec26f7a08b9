"""What transactions did, in typed entries: the event, the leaf's hash, the receipt and the read model's row.

One module a lane holds its kinds; importing this package registers them all.
"""

from tanhui.proofs.effects import (
    accounts,
    activities,
    aggregates,
    budgets,
    bundles,
    conflicts,
    credits,  # noqa: A004 - the lane's name; nobody calls the interactive builtin here
    energy_contracts,
    events,
    governance,
    identity,
    market,
    notices,
    opening,
    points,
    projects,
    proposals,
    retirements,
    rewards,
    targets,
    trusts,
)
from tanhui.proofs.effects.commitments import Opening, commit, open_commitment, salt_at
from tanhui.proofs.effects.document import (
    EVENT_NAME,
    NO_EVENTS,
    encode,
    entries,
    events_hash,
    from_json,
    parse,
    to_json,
)
from tanhui.proofs.effects.parts import Party, PointsLot, SerialRange
from tanhui.proofs.effects.schema import KINDS, Effect, effect

__all__ = [
    "EVENT_NAME",
    "KINDS",
    "NO_EVENTS",
    "Effect",
    "Opening",
    "Party",
    "PointsLot",
    "SerialRange",
    "accounts",
    "activities",
    "aggregates",
    "budgets",
    "bundles",
    "commit",
    "conflicts",
    "credits",
    "effect",
    "encode",
    "energy_contracts",
    "entries",
    "events",
    "events_hash",
    "from_json",
    "governance",
    "identity",
    "market",
    "notices",
    "open_commitment",
    "opening",
    "parse",
    "points",
    "projects",
    "proposals",
    "retirements",
    "rewards",
    "salt_at",
    "targets",
    "to_json",
    "trusts",
]
