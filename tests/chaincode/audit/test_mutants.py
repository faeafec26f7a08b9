"""Planted errors: one fault at a time in each rule family, and an invariant, or the rule's own check, must see it.

Each mutant replaces one function where it is used; a seeded life of the registry runs until something is broken.
"""

from random import Random
from typing import Any

import msgspec
import pytest

from tanhui.chaincode.rules import (
    aggregates,
    bundles,
    conflicts,
    draws,
    energy,
    lots,
    monitoring,
    opening,
    quantities,
    serials,
)
from tanhui.chaincode.rules.accounts import Account
from tanhui.chaincode.rules.buckets import Bucket
from tanhui.chaincode.rules.bundles import Bundle
from tanhui.chaincode.rules.claims import Claims
from tanhui.chaincode.rules.crediting import _Judge
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.programmes import Budget
from tanhui.chaincode.rules.serials import Range, RangeState
from tanhui.chaincode.transactions.aggregates import summing
from tanhui.chaincode.transactions.credits import ledger
from tanhui.chaincode.transactions.events import dossier
from tanhui.chaincode.transactions.points import convert, operating
from tanhui.chaincode.transactions.rewards import taking
from tanhui.chaincode.transactions.tx import Tx
from tests.conftest import Counts
from tests.support.audits import MemoryAudit, broken
from tests.support.mutants import Mutant, plant
from tests.support.registry_lanes import WholeLife
from tests.support.registry_life import RegistryLife

SEEDS = 12
CAUGHT: set[tuple[str, str]] = set()
STEPS = 150


def _spend_leaves(real: Any) -> Any:
    """What is spent stays too."""
    return lambda held, points, today: lots.Split(held, real(held, points, today).taken)


def _take_one_less(real: Any) -> Any:
    def spend(held: lots.Lots, points: int, today: Day) -> lots.Split:
        stays, taken = real(held, points, today)
        return lots.Split(stays, (taken[0]._replace(points=taken[0].points + 1), *taken[1:]))

    return spend


def _debt_forgotten(real: Any) -> Any:
    def reverse(held: lots.Lots, issue: bytes, points: int, debt: int) -> tuple[lots.Split, int]:
        return real(held, issue, points, debt)[0], debt

    return reverse


def _repaid_makes_lots(real: Any) -> Any:
    def receive(held: lots.Lots, arriving: Any, debt: int) -> lots.Received:
        received = real(held, arriving, 0)
        return lots.Received(received.lots, max(0, debt - lots.total(arriving)), 0)

    return receive


def _unsorted(real: Any) -> Any:
    return lambda held, arriving, debt: real(held, arriving, debt)._replace(
        lots=tuple(reversed(real(held, arriving, debt).lots))
    )


def _no_buffer(real: Any) -> Any:
    def issuance(grams: int, waiting: int, basis_points: int) -> monitoring.Issuance:
        made = real(grams, waiting, basis_points)
        return monitoring.Issuance(made.owner_kg + made.buffer_kg, 0, made.grams_carried)

    return issuance


def _grams_lost(real: Any) -> Any:
    def issuance(grams: int, waiting: int, basis_points: int) -> monitoring.Issuance:
        made = real(grams, waiting, basis_points)
        return monitoring.Issuance(made.owner_kg, made.buffer_kg, 0)

    return issuance


def _rest_lost(real: Any) -> Any:
    return lambda whole, first, last: (real(whole, first, last)[0], ())


def _rest_overlaps(real: Any) -> Any:
    def cut(whole: Range, first: int, last: int) -> tuple[Range, tuple[Range, ...]]:
        piece, rest = real(whole, first, last)
        wider = tuple(
            msgspec.structs.replace(one, last=serials.Serial(one.last + 1)) if one.last < first else one
            for one in rest
        )
        return piece, wider

    return cut


def _moves_nothing(real: Any) -> Any:
    return lambda one, to, by=None: msgspec.structs.replace(real(one, to, by), holder=one.holder)


def _retired_is_cancelled(real: Any) -> Any:
    return lambda one, state: real(
        one, RangeState.CANCELLED if state is RangeState.RETIRED else RangeState.RETIRED
    )


def _held_moves(real: Any) -> Any:
    return lambda one, by=None: None


def _holding_left(real: Any) -> Any:
    return lambda tx, one, before: real(tx, one, None)


def _slots_forgotten(real: Any) -> Any:
    def encode(self: Claims) -> bytes:
        self.slots = b""
        return bytes(real(self))

    return encode


def _remainders_forgotten(real: Any) -> Any:
    def encode(self: Claims) -> bytes:
        self.fractions = {}
        return bytes(real(self))

    return encode


def _draws_nothing(real: Any) -> Any:
    async def draw(tx: Tx, operated: operating.Operated, tranche: int, points: int) -> None:
        await real(tx, operated, tranche, 0)

    return draw


def _floor_only(real: Any) -> Any:
    def split(quantity: int, parts: Any) -> tuple[int, ...]:
        return tuple(quantity * one // sum(parts) for one in parts)

    return split


def _consent_ignored(real: Any) -> Any:
    return lambda records, since: tuple(records)


def _smallest_counts(real: Any) -> Any:
    def counting(quantities: Any, decided: int | None) -> tuple[int, bool]:
        at, settled = real(quantities, decided)
        return (at, settled) if decided is not None else (quantities.index(min(quantities)), settled)

    return counting


def _rounded_up(real: Any) -> Any:
    return lambda sums, ratios: real(sums, ratios) + 1


def _price_once(real: Any) -> Any:
    return lambda account, price, units, today: real(account, max(price - 1, 1), units, today)


def _another_wins(real: Any) -> Any:
    return lambda accounts, seed, count: sorted(accounts, reverse=True)[:count]


def _anybodys(real: Any) -> Any:
    return lambda retirement, **expected: None


def _doubled(real: Any) -> Any:
    def balances(lines: bytes, issue: bytes, cut_off: Day) -> dict[bytes, lots.Lots]:
        found = real(lines, issue, cut_off)
        return {
            who: tuple(lot._replace(points=2 * lot.points) for lot in held) for who, held in found.items()
        }

    return balances


async def _nothing(*_: Any) -> None:
    return None


LANE_MUTANTS = (
    Mutant("bundles", "the rest of a split is lost", bundles, "split", _floor_only, lanes=True),
    Mutant("bundles", "an invitation counts", Bundle, "shared", lambda real: lambda self, owner, quantity: (
        real(self.with_joined(self.members[0].organisation), owner, quantity)
        if self.members and self.members[0].status == "invited" else real(self, owner, quantity)
    ), lanes=True),
    Mutant("conflicts", "no days overlap", conflicts, "overlaps", lambda real: lambda *_: False, lanes=True),
    Mutant("aggregates", "consent is ignored", aggregates, "assigned", _consent_ignored, lanes=True),
    Mutant("aggregates", "a period states what it likes", summing, "require_sum", lambda real: _nothing, lanes=True),
    Mutant("aggregates", "a reversal leaves the sum", summing, "reduce_assignment", lambda real: _nothing, lanes=True),
    Mutant("buckets", "claimed slots are not kept", Bucket, "changed", lambda real: property(lambda self: False),
           lanes=True),
    Mutant("conversion", "a point more", convert, "converted", lambda real: lambda *given: real(*given) + 1,
           lanes=True),
    Mutant("energy", "the smallest reading counts", energy, "counting", _smallest_counts, lanes=True),
    Mutant("energy", "grams are rounded up", energy, "converted", _rounded_up, lanes=True),
    Mutant("energy", "the provider has a fen more", quantities, "share", lambda real: lambda *given: real(*given) + 1,
           lanes=True),
    Mutant("rewards", "a unit costs less than its price", taking, "pay", _price_once, lanes=True),
    Mutant("draws", "another one wins", draws, "winners", _another_wins, lanes=True),
    Mutant("assessments", "anybody's retirement counts", dossier, "require_retired_for", _anybodys, lanes=True),
    Mutant("opening", "balances are imported twice over", opening, "balances", _doubled, lanes=True),
)  # fmt: skip

LANES_STEPS = 300
LANE_ACTIONS = sorted(
    [*WholeLife.lanes, "award", "award", "convert", "record_batch", "reverse_batch", "time_passes", "retire"]
    + ["draw"] * 3
)

MUTANTS = (
    Mutant("lots", "spending leaves the lots", lots, "spend", _spend_leaves),
    Mutant("lots", "one point more is taken than spent", lots, "spend", _take_one_less),
    Mutant("lots", "a reversal makes no debt", lots, "reverse", _debt_forgotten),
    Mutant("lots", "what repays debt makes a lot too", lots, "receive", _repaid_makes_lots),
    Mutant("lots", "lots out of order", lots, "receive", _unsorted),
    Mutant("lots", "expired points stay", lots, "expire", lambda real: lambda held, day: lots.Split(
        held, real(held, day).taken
    )),
    Mutant("accounts", "earned is not counted", Account, "earned_with", lambda real: lambda self, p, d, c: 0),
    Mutant("accounts", "sent is not counted", Account, "sent_with", lambda real: lambda self, p, d, c: 0),
    Mutant("accounts", "no cap on what is earned", Account, "earned_with", lambda real: (
        lambda self, points, today, cap: real(self, points, today, 0)
    )),
    Mutant("accounts", "no cap on what is sent", Account, "sent_with", lambda real: (
        lambda self, points, today, cap: real(self, points, today, 0)
    )),
    Mutant("budgets", "a tranche is never exhausted", Budget, "draw", lambda real: (
        lambda self, tranche, used, points: used + points
    )),
    Mutant("budgets", "nothing is drawn", operating, "draw_budget", _draws_nothing),
    Mutant("claims", "slots are forgotten", Claims, "encode", _slots_forgotten),
    Mutant("claims", "remainders are forgotten", Claims, "encode", _remainders_forgotten),
    Mutant("crediting", "a slot is credited twice", _Judge, "_refuse", lambda real: lambda *_: 0),
    Mutant("crediting", "rounding up", _Judge, "_points", lambda real: (
        lambda self, fractions, grams: real(self, fractions, grams) + 1
    )),
    Mutant("monitoring", "the buffer goes to the owner", monitoring, "issuance", _no_buffer),
    Mutant("monitoring", "grams below a kilogram are lost", monitoring, "issuance", _grams_lost),
    Mutant("monitoring", "periods may overlap", monitoring, "require_period", lambda real: lambda *_: None),
    Mutant("serials", "what is left of a cut is lost", serials, "cut", _rest_lost),
    Mutant("serials", "what is left of a cut overlaps", serials, "cut", _rest_overlaps),
    Mutant("serials", "a transfer leaves the holder", serials, "move", _moves_nothing),
    Mutant("serials", "retired and cancelled are mixed up", serials, "end", _retired_is_cancelled),
    Mutant("serials", "held serials move", serials, "require_free", _held_moves),
    Mutant("serials", "a holding is left behind", ledger, "put_range", _holding_left),
)  # fmt: skip


def caught_after(seed: int, *, lanes: bool = False) -> tuple[int, str] | None:
    """Steps until something was seen, and by what; None when nothing was."""
    random = Random(seed)
    try:
        life = WholeLife() if lanes else RegistryLife()
        names = LANE_ACTIONS if lanes else sorted(life.actions)
        audit = MemoryAudit(life.backend.ledger)
        for step in range(LANES_STEPS if lanes else STEPS):
            life.actions[random.choice(names)](random)
            found = broken(audit.reports())
            if found:
                return step, ",".join(sorted(found))
    except (AssertionError, ValueError) as error:
        return 0, type(error).__name__
    return None


def test_an_unharmed_contract_is_not_suspected() -> None:
    assert [caught_after(seed) for seed in range(3)] == [None] * 3
    assert [caught_after(seed, lanes=True) for seed in range(3)] == [None] * 3


@pytest.mark.parametrize(
    "mutant", MUTANTS + LANE_MUTANTS, ids=lambda one: f"{one.family}-{one.what}".replace(" ", "_")
)
def test_a_planted_error_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    monkeypatch.setattr("tanhui.chaincode.contract.contract._log.disabled", True)
    unharmed = (RegistryLife(), WholeLife())  # set up once, before the error is planted
    assert all(unharmed)
    plant(mutant, monkeypatch)
    for seed in range(SEEDS):
        seen = caught_after(seed, lanes=mutant.lanes)
        if seen is not None:
            CAUGHT.add((mutant.family, mutant.what))
            counts.note(
                f"mutant of {mutant.family}: {mutant.what}", lives=seed + 1, steps=seen[0], by=seen[1]
            )
            return
    pytest.fail(f"{mutant.family}: {mutant.what} was not seen in {SEEDS} lives")


def test_every_rule_family_of_quantities_is_mutated(counts: Counts) -> None:
    families = {one.family for one in MUTANTS + LANE_MUTANTS}
    assert families >= {"lots", "accounts", "budgets", "claims", "crediting", "monitoring", "serials"}
    counts.note(
        "planted errors", mutants=len(MUTANTS + LANE_MUTANTS), families=len(families), caught=len(CAUGHT)
    )
