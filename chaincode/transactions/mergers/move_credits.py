"""mergers:MoveCredits."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import mergers as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import HoldKind, Range, succeed
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.mergers.merging import MergerOrder, begun
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred

STAYING = frozenset({HoldKind.FREEZE, HoldKind.RECALL})
"""Holds that lie on serials whoever has them; every other stands for a right and moves with it."""


class MoveCreditsOrder(MergerOrder, frozen=True, kw_only=True):
    """Which of its active ranges."""

    pieces: Pieces


@transaction("mergers:MoveCredits", roles={Role.REGULATOR})
async def move_credits(tx: Tx, order: MoveCreditsOrder) -> CreditsTransferred:
    """Move active ranges on which no right stands to the successor. A freeze or recall goes along.

    What was retired or cancelled stays where it is: it is history.
    """
    merger = await begun(tx, order.organisation)
    await require_receiver(tx, merger.successor)

    def moved(piece: Range) -> Range:
        for hold in piece.holds:
            if hold.kind not in STAYING:
                raise codes.RIGHT_ON_UNITS.at("range", piece.name, hold=hold.kind, reference=hold.reference)
        return succeed(piece, merger.organisation, merger.successor)

    ranges = await change_pieces(tx, order.pieces, moved)
    return CreditsTransferred(
        sender=merger.organisation,
        receiver=merger.successor,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
        transfer=f"merger:{merger.organisation}",
    )
