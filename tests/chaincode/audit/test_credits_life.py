"""Rights on credits, orders, trades, recalls, insurance, dossiers and mergers at random, and errors planted in them.

Every invariant is judged after every step; each planted error must be seen by one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import msgspec
import pytest

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules import insurance, market, recalls, serials
from tanhui.chaincode.rules.accounting import Entry, Moved
from tanhui.chaincode.rules.events import EventRules
from tanhui.chaincode.rules.serials import Range
from tanhui.chaincode.transactions.accounting import booking
from tanhui.chaincode.transactions.events import dossier
from tanhui.chaincode.transactions.market import intents
from tanhui.chaincode.transactions.organisations import leaving, ties
from tanhui.chaincode.transactions.recalls import dues
from tanhui.chaincode.transactions.tx import Tx
from tests.conftest import Counts
from tests.support.audits import MemoryAudit, broken
from tests.support.credits_life import CreditsLife
from tests.support.mutants import Mutant, plant
from tests.support.registry_life import RegistryLife

SEEDS = 12
STEPS = 150
OWN = set(CreditsLife().actions) - set(RegistryLife().actions)
OF_CREDITS = sorted(OWN | {"offer", "answer", "retire", "freeze_credits", "merge_credits", "time_passes"})
SHARDS = 20
RECALLING = ("announce_recall", "mark_recalled", "cancel_recalled", "make_good", "retire")
TRUSTING = ("trust", "trust", "announce_recall", "mark_recalled")
PLEDGING = ("pledge", "end_pledge", "trust")
CARRYING = ("carry_forward", "retire", "time_passes")
OFFSETTING = ("dossier",)
MERGING = ("merge_or_close",)
TRADING = ("trade", "trade", "list_units", "intend")


@dataclass(frozen=True)
class CreditsMutant:
    """One planted error, and the actions that meet it, taken every second time."""

    family: str
    what: str
    owner: Any
    name: str
    make: Callable[[Any], Any]
    often: tuple[str, ...]


def _unmarked(real: Any) -> Any:
    """The mark is written, and nothing stands still."""
    return lambda one, recall, scope: msgspec.structs.replace(real(one, recall, scope), holds=one.holds)


def _marks_beyond(real: Any) -> Any:
    """Whatever is named is marked, in the scope or not."""

    def mark(one: Range, recall: str, scope: Any) -> Range:
        wide = recalls.Scope(first=one.first, last=one.last)
        marked: Range = real(one, recall, (wide,))
        return marked

    return mark


def _replaced_twice(real: Any) -> Any:
    return lambda recalled, before, quantity: before


def _nobody_owed(real: Any) -> Any:
    async def add_due(*_: Any) -> None:
        return None

    return add_due


def _lost_to(real: Any) -> Any:
    """A right's end loses the recall's hold."""
    return lambda one, to, by: msgspec.structs.replace(real(one, to, by), holds=())


def _keeps_holder(real: Any) -> Any:
    return lambda one, predecessor, successor: one


def _books_one_side(real: Any) -> Any:
    def book(tx: Tx, organisation: str, entry: Entry, *figures: int) -> None:
        if entry is not Entry.RECEIVED:
            real(tx, organisation, entry, *figures)

    return book


def _sold_for_nothing(real: Any) -> Any:
    return lambda tx, organisation, entry, quantity, amount=0: real(tx, organisation, entry, quantity, 0)


def _month_lost(real: Any) -> Any:
    return lambda self, other: other


def _delivers_nothing(real: Any) -> Any:
    return lambda tx, intent: real(tx, msgspec.structs.replace(intent, delivered=Amount(0)))


def _used_again(real: Any) -> Any:
    async def use_once(tx: Tx, kind: str, reference: str, use: Any) -> None:
        tx.offset_uses.put(use, kind, reference)

    return use_once


def _counts_all(real: Any) -> Any:
    return lambda self, claim, lines, offsets: real(self, claim, lines, offsets) + 1


def _puts_untied(real: Any) -> Any:
    return lambda self, record, *ids: super(ties.TiedRepository, self).put(record, *ids)


def _never_released(real: Any) -> Any:
    """A trade's end, a pledge's or a trust's leaves the hold."""
    return lambda one, hold: one


def _leaves_anyway(real: Any) -> Any:
    async def require_nothing_left(*_: Any) -> None:
        return None

    return require_nothing_left


MUTANTS = (
    CreditsMutant("recalls", "recalled units are not held", recalls, "mark", _unmarked, RECALLING),
    CreditsMutant("recalls", "a mark beyond the scope", recalls, "mark", _marks_beyond, RECALLING),
    CreditsMutant("recalls", "replaced is forgotten", recalls, "replaced", _replaced_twice, RECALLING),
    CreditsMutant("recalls", "nobody is owed", dues, "add_due", _nobody_owed, RECALLING),
    CreditsMutant("recalls", "a trust's end frees recalled units", serials, "hand_over", _lost_to, TRUSTING),
    CreditsMutant("rights", "an ended right leaves its hold", serials, "release", _never_released, PLEDGING),
    CreditsMutant("insurance", "a claim is never used up", insurance, "left", lambda real: (
        lambda claimed, quantity: claimed
    ), ("insure",)),
    CreditsMutant("accounting", "the receiver books nothing", booking, "book", _books_one_side, TRADING),
    CreditsMutant("accounting", "sales without an amount", booking, "book", _sold_for_nothing, TRADING),
    CreditsMutant("accounting", "a month keeps its last movement only", Moved, "plus", _month_lost, CARRYING),
    CreditsMutant("market", "a listing is never drawn", market, "left", lambda real: (
        lambda available, quantity: available
    ), TRADING),
    CreditsMutant("market", "an intent counts nothing", intents, "write_intent", _delivers_nothing, TRADING),
    CreditsMutant("events", "an offset is used again", dossier, "use_once", _used_again, OFFSETTING),
    CreditsMutant("events", "too much is counted", EventRules, "require_declarable", _counts_all, OFFSETTING),
    CreditsMutant("ties", "what is open ties nobody", ties.TiedRepository, "put", _puts_untied, TRADING),
    CreditsMutant("ties", "one closes with all it has", leaving, "require_nothing_left", _leaves_anyway, MERGING),
    CreditsMutant("mergers", "units stay behind their right", serials, "succeed", _keeps_holder, MERGING),
)  # fmt: skip


def live(life: CreditsLife, random: Random, often: tuple[str, ...], steps: int) -> tuple[int, str] | None:
    """Steps until an invariant is broken, and which; None when none is."""
    audit = MemoryAudit(life.backend.ledger)
    for step in range(steps):
        among = often if often and random.random() < 0.5 else OF_CREDITS
        life.actions[random.choice(among)](random)
        found = broken(audit.reports())
        if found:
            return step, ",".join(sorted(found))
    return None


def caught_after(seed: int, often: tuple[str, ...]) -> tuple[int, str] | None:
    """As `live`; an error that a rule's own check raises counts as seen."""
    try:
        return live(CreditsLife(), Random(seed), often, STEPS)
    except (AssertionError, ValueError) as error:
        return 0, type(error).__name__


def broken_in(seeds: range, counts: Counts, what: str) -> dict[int, tuple[int, str]]:
    """By seed, the step after which an invariant was broken, and which; what was done is counted under `what`."""
    found: dict[int, tuple[int, str]] = {}
    for seed in seeds:
        life = CreditsLife()
        seen = live(life, Random(seed), (), STEPS)
        if seen is not None:
            found[seed] = seen
        transactions = len(life.backend.ledger.transactions)
        counts.note(what, lives=1, steps=STEPS, transactions=transactions, refused=life.refused)
    counts.note(what, broken=len(found))
    return found


def test_every_invariant_holds_after_every_step(counts: Counts) -> None:
    assert broken_in(range(8), counts, "life of credits, invariants after every step") == {}


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_invariant_holds_through_a_thousand_lives(shard: int, counts: Counts) -> None:
    lives = 1_000 // SHARDS
    first = 1_000 + shard * lives
    assert broken_in(range(first, first + lives), counts, f"life of credits, nightly shard {shard}") == {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.family}-{one.what}".replace(" ", "_"))
def test_a_planted_error_is_caught(
    mutant: CreditsMutant, monkeypatch: pytest.MonkeyPatch, counts: Counts
) -> None:
    monkeypatch.setattr("tanhui.chaincode.contract.contract._log.disabled", True)
    assert CreditsLife().actions  # set up once, before the error is planted
    plant(Mutant(mutant.family, mutant.what, mutant.owner, mutant.name, mutant.make), monkeypatch)
    for seed in range(SEEDS):
        seen = caught_after(seed, mutant.often)
        if seen is not None:
            counts.note(
                f"mutant of {mutant.family}: {mutant.what}", lives=seed + 1, steps=seen[0], by=seen[1]
            )
            return
    pytest.fail(f"{mutant.family}: {mutant.what} was not seen in {SEEDS} lives of {STEPS} steps")
