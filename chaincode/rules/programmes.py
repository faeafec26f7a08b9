"""A programme's rules: scenes and what they award, expiry, transfer, caps and budget (domain.md, Programmes).

Rules are data of one version. They are checked once, when they are drafted; every issue names its version.
"""

import hashlib
from calendar import monthrange
from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from tanhui.chaincode.rules.accounts import NO_UNIT, Account, Holder
from tanhui.chaincode.rules.days import DAY_MAX, Day, from_date, to_date
from tanhui.chaincode.rules.errors import points as points_codes
from tanhui.chaincode.rules.errors import programmes as codes
from tanhui.chaincode.rules.mass import RATIO_MAX, Ratio

SCENES_MAX: Final = 200
POINTS_RULE_MAX: Final = 2**53 - 1
"""Caps and budgets are JSON numbers in a rule."""

Whole = Annotated[int, msgspec.Meta(ge=0, le=POINTS_RULE_MAX)]
SceneId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=64)]


class SceneRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one scene awards: points per gram as an integer fraction, or so many each time."""

    scene: SceneId
    award: Literal["per_gram", "flat"]
    numerator: Annotated[int, msgspec.Meta(ge=0, le=RATIO_MAX)] = 0
    denominator: Annotated[int, msgspec.Meta(ge=1, le=RATIO_MAX)] = 1
    """numerator / denominator points for a gram; the remainder is carried."""
    points: Annotated[int, msgspec.Meta(ge=0, le=RATIO_MAX)] = 0
    """Of a flat award."""
    review: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    """0: records are credited at once. Else a verifier attests each record's evidence before it is credited, and
    a model's verdict of less confidence than this, in basis points, needs a person's. Registered devices are
    credited at once all the same."""

    @property
    def ratio(self) -> Ratio:
        """Points per gram, of a per_gram award."""
        return Ratio(self.numerator, self.denominator)


class Expiry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When points expire: at the end of a month or a year, so that lots stay few, or never."""

    kind: Literal["month_end", "year_end", "never"]
    after: Annotated[int, msgspec.Meta(ge=0, le=1_200)] = 0
    """Whole months or years after the day of issue; 0 is the current month's or year's end."""

    def last_day(self, issued: Day) -> Day:
        """The last day on which points issued on that day can be spent."""
        on = to_date(issued)
        if self.kind == "never":
            return DAY_MAX
        if self.kind == "year_end":
            return from_date(date(min(on.year + self.after, 9999), 12, 31))
        years, month = divmod(on.month - 1 + self.after, 12)
        if on.year + years > 9999:
            return DAY_MAX
        return from_date(date(on.year + years, month + 1, monthrange(on.year + years, month + 1)[1]))


class TransferRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether, between whom, and how much may be transferred; 0 is no cap."""

    kind: Literal["forbidden", "open", "team", "donation"]
    """`team`: within one unit. `donation`: to a unit's account only."""
    cap: Whole = 0
    """Points in one transfer."""
    cap_per_day: Whole = 0
    """Points that one account sends in a day."""


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points that may be issued in a calendar year, in tranches that are drawn on independently.

    Tranches are what keeps a budget from being one hot key: as many batches can draw at once as there are.
    """

    points: Whole = 0
    """0: no budget."""
    tranches: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1

    def share(self, tranche: int) -> int:
        """Points in tranche `tranche`, from 0; all together are the whole budget.

        Raises:
            Refusal: points.tranche_unknown.
        """
        if not 0 <= tranche < self.tranches:
            raise points_codes.TRANCHE_UNKNOWN.at("tranche", tranche, tranches=self.tranches)
        each, rest = divmod(self.points, self.tranches)
        return each + (tranche < rest)

    def draw(self, tranche: int, used: int, points: int) -> int:
        """What is used of a tranche when `points` more are drawn.

        Raises:
            Refusal: points.tranche_unknown, points.budget_exhausted.
        """
        share = self.share(tranche)
        if used + points > share:
            raise points_codes.BUDGET_EXHAUSTED.at(
                "points", points, tranche=tranche, available=max(share - used, 0)
            )
        return used + points


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a programme's rules."""

    scenes: Annotated[tuple[SceneRule, ...], msgspec.Meta(max_length=SCENES_MAX)]
    expiry: Expiry
    transfer: TransferRule
    cap_per_day: Whole = 0
    """Points that one account earns in a day; 0 is no cap."""
    budget: Budget = Budget()
    identity: Literal["any", "nullifiers"] = "any"
    """Which shared groups its scenes may claim from: with `nullifiers` none whose buckets show that two accounts of a
    month share a person."""
    kind: Literal["carbon", "merchant"] = "carbon"
    """`merchant`: a shop's own points (Chengdu 10). They stand for no reduction, and are never converted into points
    that do."""
    redemption: Literal["any", "catalogue"] = "any"
    """With `catalogue` points are burnt for rewards of the catalogue only, whose stock is taken with them."""

    def scene(self, scene_id: str) -> SceneRule | None:
        """The rule of one scene, if this version has it."""
        return next((scene for scene in self.scenes if scene.scene == scene_id), None)

    def require_consistent(self) -> None:
        """Refuse rules that contradict themselves.

        Raises:
            Refusal: programmes.scene_twice, programmes.rule_shape.
        """
        seen: set[str] = set()
        for at, scene in enumerate(self.scenes):
            if scene.scene in seen:
                raise codes.SCENE_TWICE.at(f"rules.scenes[{at}].scene", scene.scene)
            seen.add(scene.scene)
            wrong = scene.points if scene.award == "per_gram" else scene.numerator
            needed = scene.numerator if scene.award == "per_gram" else scene.points
            if wrong or not needed:
                raise codes.RULE_SHAPE.at(f"rules.scenes[{at}]", scene.award)
            if self.kind == "merchant" and scene.award == "per_gram":
                raise codes.RULE_SHAPE.at(f"rules.scenes[{at}]", scene.award)
        if self.expiry.kind == "never" and self.expiry.after:
            raise codes.RULE_SHAPE.at("rules.expiry.after", self.expiry.after)
        if self.transfer.kind == "forbidden" and (self.transfer.cap or self.transfer.cap_per_day):
            raise codes.RULE_SHAPE.at("rules.transfer", self.transfer.kind)

    def require_transfer_allowed(
        self, programme: str, sender: Account, receiver: tuple[str, Account], points: int
    ) -> None:
        """Refuse a transfer that these rules do not allow; `receiver` is its account id and record.

        Raises:
            Refusal: points.transfer_forbidden, points.transfer_not_team, points.transfer_not_donation,
                points.transfer_cap.
        """
        rule = self.transfer
        receiver_id, account = receiver
        if rule.kind == "forbidden":
            raise points_codes.TRANSFER_FORBIDDEN.at("programme", programme)
        if rule.kind == "team" and (sender.unit == NO_UNIT or sender.unit != account.unit):
            raise points_codes.TRANSFER_NOT_TEAM.at("receiver", receiver_id, unit=sender.unit.hex())
        if rule.kind == "donation" and account.holder is not Holder.UNIT:
            raise points_codes.TRANSFER_NOT_DONATION.at("receiver", receiver_id)
        if rule.cap and points > rule.cap:
            raise points_codes.TRANSFER_CAP.at("points", points, limit=rule.cap)


def require_added_only(rules: Rules, parent: str, parent_rules: Rules) -> None:
    """A local programme adds scenes to its parent's and never redefines them (Jilin 9).

    Raises:
        Refusal: programmes.scene_of_parent.
    """
    for at, scene in enumerate(rules.scenes):
        if parent_rules.scene(scene.scene) is not None:
            raise codes.SCENE_OF_PARENT.at(f"rules.scenes[{at}].scene", scene.scene, parent=parent)


def rules_hash(canonical_rules: bytes) -> bytes:
    """What identifies a version's rules: SHA-256 of their canonical JSON."""
    return hashlib.sha256(canonical_rules).digest()
