"""From claims to records: grams by the formula, points by the programme's rule, each slot once.

The loop over a batch. It costs about two microseconds a record, so it makes no object that it does not need.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tanhui.chaincode.rules.accounts import Account, State
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, OUTCOME, Result, claim_struct
from tanhui.chaincode.rules.buckets import Bucket, Held, bucket_month
from tanhui.chaincode.rules.claims import Claims
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.formula import Formula, Input
from tanhui.chaincode.rules.nullifiers import Nullifiers
from tanhui.chaincode.rules.programmes import SceneRule
from tanhui.chaincode.rules.slots import SLOT_BYTES, Crediting, SlotClock, claimed_on_day, is_claimed

POINTS_RECORD_MAX = 2**32 - 1
"""Points of one record; a larger award is cut to it, which no sane rule reaches."""


@dataclass(slots=True)
class Working:
    """One account while its records are worked through."""

    account: Account
    claims: Claims
    earned: int
    """Points earned on the day of crediting, before this batch."""
    points: int = 0
    credited: int = 0


@dataclass(slots=True)
class Credited:
    """A batch worked through: its packed records, and what each account gained."""

    records: list[bytes] = field(default_factory=list)
    rejected: list[tuple[int, Result]] = field(default_factory=list)
    accounts: dict[bytes, Working] = field(default_factory=dict)
    grams: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a batch is credited."""

    formula: Formula
    crediting: Crediting
    scene: SceneRule
    cap_per_day: int
    """Points that an account earns in a day, by the day of crediting; 0 is no cap."""
    seconds: int
    """The transaction's timestamp."""
    today: Day


@dataclass(frozen=True, slots=True)
class Known:
    """What claims are judged by besides their accounts, where a group is shared across apps; None: not this way."""

    held: Held | None = None
    """Buckets that hold the slots in the accounts' stead."""
    nullifiers: Nullifiers | None = None
    """What each slot of an account is claimed with, besides the account's own slots."""


ALONE = Known()
"""Claims that stay in their accounts."""


def credit(
    claims: bytes,
    terms: Terms,
    accounts: Mapping[bytes, Account | None],
    salt_of: Callable[[int], bytes],
    known: Known = ALONE,
) -> Credited:
    """Work through packed claims in order. Every claim becomes a record, credited or rejected with its reason.

    A rejected record changes nothing; one bad record does not spoil the others. `known` is for a group that is shared
    across apps.
    """
    done = Credited()
    layout = claim_struct(len(terms.formula.inputs))
    judge = _Judge(terms, accounts, done.accounts, known)
    width, pack = layout.size, OUTCOME.pack
    for position, (account, when, _, *inputs) in enumerate(layout.iter_unpack(claims)):
        result, points, grams = judge.record(account, when, inputs)
        if result >= FIRST_REJECTION:
            done.rejected.append((position, Result(result)))
        else:
            done.grams += grams
            done.points += points
        at = position * width
        done.records.append(claims[at : at + width] + pack(result, points, grams, salt_of(position)))
    return done


class _Judge:
    """Judges one record after the other, and keeps the accounts."""

    def __init__(
        self,
        terms: Terms,
        accounts: Mapping[bytes, Account | None],
        working: dict[bytes, Working],
        known: Known,
    ) -> None:
        self._terms = terms
        self._held = known.held
        self._nullifiers = known.nullifiers
        self._known = accounts
        self._working = working
        self._slot = SlotClock(terms.crediting).slot
        self._in_range = range_check(terms.formula.inputs)
        self._evaluate = terms.formula.evaluate
        scene = terms.scene
        self._by_gram = scene.award == "per_gram"
        self._numerator, self._denominator, self._flat = scene.numerator, scene.denominator, scene.points
        self._per_day = terms.crediting.records_per_day

    def record(self, account: bytes, when: int, inputs: Sequence[int]) -> tuple[int, int, int]:
        """(result, points, grams) of one claim."""
        working = self._working.get(account) or self._open(account)
        if working is None:
            return Result.ACCOUNT_UNKNOWN, 0, 0
        if working.account.state is not State.ACTIVE:
            return Result.ACCOUNT_INACTIVE, 0, 0
        slot, until = self._slot(when)
        holder = working.claims if self._held is None else self._bucket(account, until)
        if holder is None:
            return Result.UNBOUND, 0, 0
        rejection = self._refuse(holder.slots, when, inputs, slot, until)
        if not rejection and self._nullifiers is not None:
            rejection = self._nullify(account, slot)
        if rejection:
            return rejection, 0, 0
        holder.slots += slot
        grams = self._evaluate(inputs)
        wanted = self._points(working.claims.fractions, grams)
        points = wanted
        cap = self._terms.cap_per_day
        if cap:
            points = min(points, max(cap - working.earned - working.points, 0))
        working.points += points
        working.credited += 1
        return (Result.CREDITED if points == wanted else Result.CAPPED), points, grams

    def _bucket(self, account: bytes, until: int) -> Bucket | None:
        """What an identity authority bound the account to, for the month of the slot."""
        assert self._held is not None
        return self._held.get((account, bucket_month(until, self._terms.crediting.claim_days)))

    def _nullify(self, account: bytes, slot: bytes) -> int:
        """Use up the account's nullifier for the slot; the last judgement, because it changes something."""
        assert self._nullifiers is not None
        nullifier = self._nullifiers.get((account, slot))
        if nullifier is None:
            return Result.UNBOUND
        if nullifier.used:
            return Result.SLOT_CLAIMED
        nullifier.used = True
        return 0

    def _refuse(self, slots: bytes, when: int, inputs: Sequence[int], slot: bytes, until: int) -> int:
        terms = self._terms
        if when > terms.seconds:
            return Result.IN_FUTURE
        if until < terms.today:
            return Result.CLAIM_CLOSED
        if not self._in_range(inputs):
            return Result.INPUT_RANGE
        if is_claimed(slots, slot):
            return Result.SLOT_CLAIMED
        # Fewer slots in all than one day may have: no need to count that day's.
        if len(slots) >= self._per_day * SLOT_BYTES and claimed_on_day(slots, slot) >= self._per_day:
            return Result.DAY_RECORDS
        return 0

    def _points(self, fractions: dict[int, int], grams: int) -> int:
        if not self._by_gram:
            return self._flat
        denominator = self._denominator
        points, rest = divmod(grams * self._numerator + fractions.get(denominator, 0), denominator)
        fractions[denominator] = rest
        return min(points, POINTS_RECORD_MAX)

    def _open(self, account: bytes) -> Working | None:
        found = self._known.get(account)
        if found is None:
            return None
        today = self._terms.today
        claims = Claims(found.claims)
        earned = found.earned
        if found.earned_day != today:
            claims.forget_before(today)
            earned = 0
        working = self._working[account] = Working(found, claims, earned)
        return working


def range_check(inputs: Sequence[Input]) -> Callable[[Sequence[int]], bool]:
    """Whether as many values, each in its declared range: with one closure for the usual single input."""
    if len(inputs) == 1:
        low, high = inputs[0].low, inputs[0].high
        return lambda values: low <= values[0] <= high
    bounds = tuple((one.low, one.high) for one in inputs)
    return lambda values: all(low <= value <= high for value, (low, high) in zip(values, bounds, strict=True))
