"""Planted errors in mutual recognition: an equation of both chains, or an invariant of one, must see each."""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest

from tanhui.chaincode.rules.lots import Split
from tanhui.chaincode.rules.recognition import caps, judging, picking
from tanhui.chaincode.rules.serials import RangeState
from tanhui.chaincode.transactions.recognition import closing, counting, minting
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.halves import OpenTransfer
from tests.conftest import Counts
from tests.support.mutants import Mutant, plant
from tests.support.recognition_life import Life

SEEDS = 16
STEPS = 60
ACTIONS = ("lock_credits", "lock_points", "bring", "bring", "bring", "relay", "time_passes", "use_what_came")
CAUGHT: set[str] = set()


def _no_nullifier(real: Any) -> Any:
    async def arriving(tx: Any, agreement: Any, locked: Any, transaction: str) -> Any:
        terms = (await concluded_terms(tx, agreement.id, locked.terms.hex())).terms
        return minting.Arriving(agreement, terms, locked, transaction)

    return arriving


def _stays_in_the_queue(real: Any) -> Any:
    def put_closed(tx: Any, transfer: Any, *rest: Any) -> None:
        real(tx, transfer, *rest)
        waits = OpenTransfer(
            transfer=transfer.id,
            transaction=transfer.transaction,
            seconds=transfer.seconds,
            deadline=transfer.deadline,
        )
        tx.transfers_open.put(waits, transfer.agreement, transfer.id)

    return put_closed


def _not_given_back(real: Any) -> Any:
    async def give_back(*_: Any) -> None:
        return None

    return give_back


def _still_active(real: Any) -> Any:
    async def export_units(tx: Any, transfer: Any) -> Any:
        exported = await real(tx, transfer)
        for one in exported.ranges:
            stays = msgspec.structs.replace(one, state=RangeState.ACTIVE)
            tx.ranges.put(stays, one.batch, f"{one.first:016d}")
        return exported

    return export_units


def _twice_closed(real: Any) -> Any:
    async def locked_transfer(tx: Any, agreement: str, transfer: str, terms: bytes) -> Any:
        return await tx.transfers_out.get(agreement, transfer)

    return locked_transfer


def _lots_stay(real: Any) -> Any:
    return lambda lots, *rest: Split(lots, real(lots, *rest).taken)


def _one_more(real: Any) -> Any:
    return lambda terms, source, quantity: real(terms, source, quantity) + 1


MUTANTS = (
    Mutant("minting", "no nullifier", minting, "arriving", _no_nullifier),
    Mutant("closing", "what is closed stays in the queue", closing, "put_closed", _stays_in_the_queue),
    Mutant("closing", "exported units stay active", closing, "export_units", _still_active),
    Mutant("closing", "closed a second time", closing, "locked_transfer", _twice_closed),
    Mutant("counting", "caps keep what was unlocked", counting, "give_back", _not_given_back),
    Mutant("picking", "what leaves stays too", picking, "pick", _lots_stay),
    Mutant("caps", "no cap", caps, "draw", lambda real: lambda counter, used, quantity: used + quantity),
    Mutant("caps", "nothing is counted", caps, "draw", lambda real: lambda counter, used, quantity: used),
    Mutant("judging", "a point more than the ratio gives", judging, "target_quantity", _one_more),
)


def caught_after(seed: int) -> int | None:
    """Steps until something was seen; None when nothing was, to the very end."""
    random = Random(seed)
    step = 0
    try:
        life = Life()
        for step in range(STEPS):  # noqa: B007  told when something is seen
            action: Callable[..., None] = getattr(life, random.choice(ACTIONS))
            action(random=random)
            life.every_equation_holds_on_both_chains()
            life.each_chain_alone_is_clean()
        life.teardown()
    except (AssertionError, ValueError, KeyError, msgspec.ValidationError):
        return step
    return None


def test_an_unharmed_contract_is_not_suspected() -> None:
    assert caught_after(0) is None


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.what.replace(" ", "_"))
def test_a_planted_error_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    monkeypatch.setattr("tanhui.chaincode.contract.contract._log.disabled", True)
    Life()  # the two regions that lives begin with are made by the contract as it is
    plant(mutant, monkeypatch)
    lives = ((seed, caught_after(seed)) for seed in range(SEEDS))
    caught = next(((seed, steps) for seed, steps in lives if steps is not None), None)
    assert caught is not None, f"{mutant.what} was not seen in {SEEDS} lives of {STEPS} steps"
    CAUGHT.add(mutant.what)
    counts.note(f"mutant of recognition: {mutant.what}", lives=caught[0] + 1, steps=caught[1])


def test_every_planted_error_was_looked_for(counts: Counts) -> None:
    counts.note("planted errors of recognition", mutants=len(MUTANTS), caught=len(CAUGHT))
    assert len({one.what for one in MUTANTS}) == len(MUTANTS)
