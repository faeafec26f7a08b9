"""An older ledger that was put back under newer records: told before anything is written on top of it.

Read model, intake and webhooks note how far the ledger had come. Where it has come less far now, or has another block
there, blocks are gone that people were told of. `tanhui up` does not start then; `tanhui rebuild` makes the records
follow the ledger that is there, and names what is lost.
"""

from collections.abc import Sequence
from pathlib import Path

from tanhui.cli.registry_process import INTAKE
from tanhui.network.protocol.blocks import block_hash
from tanhui.node.ledger.ledger import Ledger
from tanhui.registry_api.intake.queue import IntakeQueue, LostBatch
from tanhui.registry_api.read_model.store import Position


def missing_block(ledger: Ledger, position: Position, lost: Sequence[LostBatch]) -> str:
    """What the records know of and the ledger lacks, "" when it has everything."""
    if position.block >= ledger.height:
        return f"block {position.block}, which the read model holds"
    if position.block >= 0 and position.hash not in {
        "",
        block_hash(ledger.block(position.block).header).hex(),
    }:
        return f"block {position.block} as the read model holds it"
    if lost:
        return f"block {lost[-1].block}, in which {sum(one.lines for one in lost)} acknowledged lines stood"
    return ""


def lost_batches(folder: Path, height: int, *, give_up: bool = False) -> list[LostBatch]:
    """Acknowledged batches of the API in `folder` whose blocks are gone; with `give_up` their receipts say so."""
    if not (folder / INTAKE).exists():
        return []
    queue = IntakeQueue(folder / INTAKE)
    try:
        lost = queue.lost_after(height)
        if give_up:
            queue.give_up(lost)
        return lost
    finally:
        queue.close()
