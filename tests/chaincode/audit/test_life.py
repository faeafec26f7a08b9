"""The whole contract at random, every invariant after every step."""

from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.conftest import Counts
from tests.support.audits import MemoryAudit, broken
from tests.support.lives import lived
from tests.support.registry_lanes import WholeLife

CHOICES = st.randoms(use_true_random=False)
SHARDS = 20


class Life(RuleBasedStateMachine):
    """One registry; each rule is one action with its own choices."""

    steps = 0
    refused = 0
    transactions = 0

    def __init__(self) -> None:
        super().__init__()
        self.life = WholeLife()
        self.audit = MemoryAudit(self.life.backend.ledger)

    @rule(name=st.sampled_from(sorted(WholeLife().actions)), random=CHOICES)
    def act(self, name: str, random: Random) -> None:
        type(self).steps += 1
        self.life.actions[name](random)

    @invariant()
    def every_invariant_holds(self) -> None:
        assert broken(self.audit.reports()) == {}

    def teardown(self) -> None:
        type(self).refused += self.life.refused
        type(self).transactions += len(self.life.backend.ledger.transactions)


def outlived(lives: int, steps: int, counts: Counts, what: str) -> int:
    """How many transactions took effect; everything that was done is counted under `what`."""
    found = lived(Life, lives, steps)
    counts.note(
        what,
        examples=lives,
        steps=found.steps,
        transactions=found.transactions,
        refused=found.refused,
        broken=0,
    )
    return found.transactions


def test_every_invariant_holds_after_every_step(counts: Counts) -> None:
    assert outlived(60, 50, counts, "life of the registry, invariants after every step") > 0


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_invariant_holds_through_a_thousand_lives(shard: int, counts: Counts) -> None:
    assert outlived(1_000 // SHARDS, 100, counts, f"life of the registry, nightly shard {shard}") > 0
