"""rewards:CommitSeed."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.rewards.catalogue import require_party
from tanhui.chaincode.transactions.rewards.drawing import DrawOrder, put_draw
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import DrawChanged


class CommitSeedOrder(DrawOrder, frozen=True, kw_only=True):
    """The commitment to the funder's seed."""

    commitment: HexHash


@transaction("rewards:CommitSeed", roles={Role.MERCHANT})
async def commit_seed(tx: Tx, order: CommitSeedOrder) -> DrawChanged:
    """Commit to the second seed, by the prize's funder, and open the draw for entries."""
    draw = await tx.draws.get(order.programme, order.draw)
    require_party(tx, "draw", draw.funder)
    return put_draw(tx, msgspec.structs.replace(draw, funder_commitment=order.commitment), "open")
