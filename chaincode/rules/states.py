"""State machines as data: which state may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass

from tanhui.chaincode.rules.errors import states as codes


@dataclass(frozen=True, slots=True)
class Machine:
    """States of one kind of record; `moves` names for each those that may follow, none for a final one."""

    field: str
    moves: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """A state that is reached but not listed is a programming error."""
        reached = {state for following in self.moves.values() for state in following}
        assert reached <= self.moves.keys(), f"{self.field}: {reached - self.moves.keys()} is not listed"

    def require_move(self, now: str, to: str) -> str:
        """`to` again, when it may follow `now`.

        Raises:
            Refusal: states.not_allowed.
        """
        following = self.moves[now]
        if to not in following:
            raise codes.NOT_ALLOWED.at(self.field, now, to=to, allowed=", ".join(following) or "-")
        return to

    def require_in(self, now: str, *allowed: str) -> None:
        """Refuse a record that is in none of these states.

        Raises:
            Refusal: states.required.
        """
        if now not in allowed:
            raise codes.REQUIRED.at(self.field, now, allowed=", ".join(allowed))


METHODOLOGY = Machine(
    "methodology",
    {
        "draft": ("assessed", "retired"),
        "assessed": ("filed", "draft", "retired"),
        "filed": ("suspended", "superseded", "retired"),
        "suspended": ("filed", "retired"),
        "superseded": ("retired",),
        "retired": (),
    },
)
"""Methodology versions (domain.md, Methodology version)."""

PROJECT = Machine(
    "project",
    {
        "draft": ("listed",),
        "listed": ("validated", "rejected", "deregistered"),
        "validated": ("registered", "rejected", "deregistered"),
        "registered": ("monitoring", "suspended", "deregistered"),
        "monitoring": ("closed", "suspended", "deregistered"),
        "suspended": ("registered", "monitoring", "deregistered"),
        "closed": (),
        "rejected": (),
        "deregistered": (),
    },
)
"""Projects (domain.md, Project)."""

PERIOD = Machine(
    "period",
    {
        "submitted": ("verified", "returned"),
        "returned": ("submitted",),
        "verified": ("approved", "returned"),
        "approved": ("issued", "returned"),
        "issued": (),
    },
)
"""Monitoring periods (domain.md, Monitoring period); an approved one goes back when another scheme counts it."""

OFFER = Machine(
    "offer",
    {"offered": ("accepted", "withdrawn", "rejected"), "accepted": (), "withdrawn": (), "rejected": ()},
)
"""Two-party transfers of credits (domain.md, Transfer)."""

ACTIVITY_BATCH = Machine(
    "batch",
    {
        "submitted": ("checked", "rejected"),
        "checked": ("credited", "rejected"),
        "credited": ("reversed",),
        "rejected": ("credited",),
        "reversed": (),
    },
)
"""Activity batches (domain.md, Evidence attestation); what was rejected is credited by an upheld appeal only."""

REWARD = Machine(
    "reward",
    {
        "offered": ("on_sale", "withdrawn"),
        "on_sale": ("suspended", "offered", "withdrawn"),
        "suspended": ("on_sale", "offered", "withdrawn"),
        "withdrawn": (),
    },
)
"""Rewards: the funder offers, the operator puts on sale; new terms are a new offer (domain.md, Rewards)."""

REWARD_SHARE = Machine(
    "share",
    {"offered": ("on_sale", "ended"), "on_sale": ("ended",), "ended": ("offered",)},
)
"""A reward in another programme's catalogue."""

VOUCHER = Machine(
    "voucher",
    {
        "free": ("taken", "donated"),
        "taken": ("opened", "refunded"),
        "opened": (),
        "refunded": (),
        "donated": (),
    },
)
"""Units of stock and their vouchers; a free number has no record yet, a donated unit nothing to open."""

DRAW = Machine(
    "draw",
    {
        "announced": ("open", "void"),
        "open": ("closed", "void"),
        "closed": ("decided", "void"),
        "decided": (),
        "void": (),
    },
)
"""Draws (抽奖)."""

EVENT = Machine(
    "event",
    {
        "planned": ("held", "cancelled"),
        "held": ("accounted",),
        "accounted": ("held", "offset"),
        "offset": ("declared",),
        "declared": ("archived",),
        "archived": (),
        "cancelled": (),
    },
)
"""Event dossiers (domain.md, Event dossier); a verifier returns accounts to `held`."""

ASSESSMENT = Machine(
    "year",
    {"stated": ("attested",), "attested": ("granted",), "granted": ("assigned",), "assigned": ()},
)
"""An organisation's year on its way to a free assessment (Chengdu 18)."""

INTENT = Machine(
    "intent",
    {
        "offered": ("signed", "withdrawn"),
        "signed": ("fulfilled", "lapsed"),
        "fulfilled": (),
        "lapsed": (),
        "withdrawn": (),
    },
)
"""Forward intents (domain.md, Market)."""

LISTING = Machine("listing", {"open": ("closed",), "closed": ()})
"""Listings of units for sale."""

TRADE = Machine(
    "trade",
    {
        "proposed": ("agreed", "withdrawn", "rejected"),
        "agreed": ("settled", "defaulted"),
        "settled": (),
        "withdrawn": (),
        "rejected": (),
        "defaulted": (),
    },
)
"""Bilateral trades (domain.md, Market)."""

REFERENCE_PRICE = Machine(
    "price",
    {"proposed": ("approved", "rejected"), "approved": (), "rejected": ()},
)
"""Versions of a reference price (Chengdu 16)."""

ENERGY_BUDGET = Machine(
    "budget",
    {
        "draft": ("approved",),
        "approved": ("in_force",),
        "in_force": ("adjusted", "closed"),
        "adjusted": ("adjusted", "closed"),
        "closed": (),
    },
)
"""An institution's energy and carbon budget of a year (domain.md, Budget)."""

RED_CARD = Machine(
    "red_card",
    {
        "shown": ("planned",),
        "planned": ("evidenced",),
        "evidenced": ("cleared", "planned"),
        "cleared": (),
    },
)
"""亮红牌: plan, evidence, cleared; evidence that does not convince goes back to the plan."""

PLEDGE = Machine("pledge", {"pledged": ("released", "enforced"), "released": (), "enforced": ()})
"""Pledged credits (碳质押)."""

ENERGY_CONTRACT = Machine(
    "contract", {"proposed": ("in_force", "ended"), "in_force": ("ended",), "ended": ()}
)
"""Energy-management contracts (合同能源管理)."""

TRUST = Machine(
    "trust",
    {"offered": ("settled", "declined"), "settled": ("ended",), "declined": (), "ended": ()},
)
"""Credits in trust (碳信托)."""

POLICY = Machine(
    "policy",
    {
        "offered": ("in_force", "declined"),
        "in_force": ("claimed", "ended"),
        "claimed": ("in_force",),
        "declined": (),
        "ended": (),
    },
)
"""Carbon insurance (碳保险); a settled or rejected claim leaves the policy in force."""

DISCLOSURE = Machine("disclosure", {"shown": ("revoked",), "revoked": ()})
"""A person's total shown to a bank."""

MERGER = Machine("merger", {"begun": ("abandoned", "finished"), "abandoned": (), "finished": ()})
"""Mergers of organisations."""
