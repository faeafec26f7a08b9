"""How a node is at a moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """How a node is.

    Attributes:
        ready: it endorses, orders and commits.
        height: committed blocks.
        ordering_queue, ordering_queue_bytes: envelopes that wait to be cut into a block.
        blocks_in_flight: cut and not yet committed.
        endorsing: proposals queued or running.
        waiting: transactions that somebody waits for.
        failure: why it is not ready, "" when it is.
    """

    ready: bool
    height: int
    ordering_queue: int
    ordering_queue_bytes: int
    blocks_in_flight: int
    endorsing: int
    waiting: int
    failure: str
