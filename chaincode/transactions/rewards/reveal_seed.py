"""rewards:RevealSeed."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.draws import joint_seed, require_seed, winners
from tanhui.chaincode.rules.errors import rewards as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import DRAW as MACHINE
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.rewards.catalogue import require_party
from tanhui.chaincode.transactions.rewards.drawing import DrawOrder, entrants
from tanhui.chaincode.transactions.rewards.record import Draw
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.rewards import DrawDecided, SeedRevealed


class RevealSeedOrder(DrawOrder, frozen=True, kw_only=True):
    """The 32 bytes that the caller had committed to, hex."""

    seed: HexHash


@transaction("rewards:RevealSeed", roles={Role.PLATFORM_OPERATOR, Role.MERCHANT})
async def reveal_seed(
    tx: Tx, order: RevealSeedOrder
) -> tuple[SeedRevealed] | tuple[SeedRevealed, DrawDecided]:
    """Reveal the caller's seed of a closed draw. With the second one the winners are drawn and recorded."""
    draw = await tx.draws.get(order.programme, order.draw)
    require_party(tx, "draw", draw.operator, draw.funder)
    MACHINE.require_in(draw.status, "closed")
    revealed = _with_seed(draw, tx.caller.organisation, order.seed)
    known = SeedRevealed(
        programme=draw.programme,
        draw=draw.id,
        organisation=tx.caller.organisation,
        seed=bytes.fromhex(order.seed),
    )
    if not (revealed.operator_seed and revealed.funder_seed):
        tx.draws.put(revealed, draw.programme, draw.id)
        return (known,)
    fixed = bytes.fromhex(draw.entrants_hash)
    seed = joint_seed(bytes.fromhex(revealed.operator_seed), bytes.fromhex(revealed.funder_seed), fixed)
    drawn = tuple(account.hex() for account in winners(await entrants(tx, draw), seed, draw.prizes))
    MACHINE.require_move(draw.status, "decided")
    tx.draws.put(msgspec.structs.replace(revealed, status="decided", winners=drawn), draw.programme, draw.id)
    decided = DrawDecided(
        programme=draw.programme, draw=draw.id, seed=seed, entrants_hash=fixed, winners=drawn
    )
    return known, decided


def _with_seed(draw: Draw, organisation: str, seed: str) -> Draw:
    is_operator = organisation == draw.operator
    if draw.operator_seed if is_operator else draw.funder_seed:
        raise codes.SEED_TWICE.at("seed", organisation)
    commitment = draw.operator_commitment if is_operator else draw.funder_commitment
    require_seed(bytes.fromhex(seed), bytes.fromhex(commitment))
    if is_operator:
        return msgspec.structs.replace(draw, operator_seed=seed)
    return msgspec.structs.replace(draw, funder_seed=seed)
