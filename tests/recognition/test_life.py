"""Two regions, several relays, and everything that goes wrong between them; the invariant after every step.

locked + burned = minted + in flight, for each agreement, methodology and vintage, taken from both chains alone.
The steps: tests/support/recognition_life.py, and recognition_afterwards.py for recalls, disputes and rulings.
"""

import pytest

from tests.conftest import Counts
from tests.support.lives import lived
from tests.support.recognition_afterwards import Afterwards

SHARDS = 20


def outlived(lives: int, steps: int, counts: Counts, what: str) -> int:
    """How many transfers were settled; everything that was done is counted under `what`."""
    found = lived(Afterwards, lives, steps)
    counts.note(
        what,
        lives=lives,
        steps=found.steps,
        transactions=found.transactions,
        refused=found.refused,
        transfers=found.settled,
        recalls=found.recalls,
        disputes=found.disputes,
        rulings=found.rulings,
        stuck=0,
    )
    return found.settled


def test_nothing_is_lost_doubled_or_stuck(counts: Counts) -> None:
    assert outlived(12, 30, counts, "two regions, three relays") > 0


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_is_lost_doubled_or_stuck_in_a_thousand_lives(shard: int, counts: Counts) -> None:
    assert outlived(1_000 // SHARDS, 100, counts, f"two regions, nightly shard {shard}") > 0
