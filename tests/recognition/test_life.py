"""Two regions, several relays, and everything that goes wrong between them; the invariant after every step.

locked + burned = minted + in flight, for each agreement, methodology and vintage, taken from both chains alone.
The steps: tests/support/recognition_life.py, and recognition_afterwards.py for recalls, disputes and rulings.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import Counts
from tests.support.recognition_afterwards import Afterwards

SHARDS = 20


def run(examples: int, steps: int, counts: Counts, what: str) -> None:
    class Counted(Afterwards):
        pass

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Counted.settled > 0
    counts.note(
        what,
        lives=examples,
        steps=Counted.steps,
        transactions=Counted.transactions,
        refused=Counted.refused,
        transfers=Counted.settled,
        recalls=Counted.recalls,
        disputes=Counted.disputes,
        rulings=Counted.rulings,
        stuck=0,
    )


def test_nothing_is_lost_doubled_or_stuck(counts: Counts) -> None:
    run(12, 30, counts, "two regions, three relays")


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_is_lost_doubled_or_stuck_in_a_thousand_lives(shard: int, counts: Counts) -> None:
    run(1_000 // SHARDS, 100, counts, f"two regions, nightly shard {shard}")
