"""mergers:MoveRights."""

from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import mergers as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.credits.ledger import as_effect, quantity_of
from tanhui.chaincode.transactions.credits.record import PIECES_MAX, Piece
from tanhui.chaincode.transactions.mergers.merging import MergerOrder, begun, require_successor
from tanhui.chaincode.transactions.mergers.record import Merger
from tanhui.chaincode.transactions.mergers.rights import pass_right
from tanhui.chaincode.transactions.organisations.ties import ACCOUNT_KIND, drop_tie, put_tie
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.mergers import RightMoved

RIGHTS_MAX: Final = 100


class Right(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something open of which the organisation is part, as organisations:Ties lists it."""

    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+$(?!\n)", max_length=32)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    pieces: Annotated[tuple[Piece, ...], msgspec.Meta(max_length=PIECES_MAX)] = ()
    """What is left in a trust that it holds; empty otherwise."""


class MoveRightsOrder(MergerOrder, frozen=True, kw_only=True):
    """What the successor takes over."""

    rights: Annotated[tuple[Right, ...], msgspec.Meta(min_length=1, max_length=RIGHTS_MAX)]


@transaction("mergers:MoveRights", roles={Role.REGULATOR})
async def move_rights(tx: Tx, order: MoveRightsOrder) -> tuple[RightMoved | CreditsTransferred, ...]:
    """Put the successor in the organisation's place in offers, trades, listings, intents, pledges, trusts,
    policies, projects, programmes, energy contracts and unit accounts. Units under a right go along with it.
    """  # noqa: D205  the list is one sentence
    merger = await begun(tx, order.organisation)
    effects: list[RightMoved | CreditsTransferred] = []
    for right in order.rights:
        if await tx.ties.find(merger.organisation, right.kind, right.reference) is None:
            raise codes.NOT_TIED.at(
                "rights", right.reference, organisation=merger.organisation, kind=right.kind
            )
        if right.kind == ACCOUNT_KIND:
            await _account(tx, merger, right.reference)
            ranges = []
        else:
            ranges = await pass_right(tx, merger, right.kind, right.reference, right.pieces)
        effects.append(
            RightMoved(
                organisation=merger.organisation,
                successor=merger.successor,
                right=right.kind,
                reference=right.reference,
            )
        )
        if ranges:
            effects.append(
                CreditsTransferred(
                    sender=merger.organisation,
                    receiver=merger.successor,
                    ranges=as_effect(ranges),
                    quantity_kg=quantity_of(ranges),
                    transfer=f"merger:{merger.organisation}",
                )
            )
    return tuple(effects)


async def _account(tx: Tx, merger: Merger, reference: str) -> None:
    """A unit account with its points, history and members is the successor's."""
    await require_successor(tx, merger.successor)
    programme, _, account_id = reference.partition("/")
    account = await tx.accounts.get(programme, account_id)
    tx.accounts.put(msgspec.structs.replace(account, organisation=merger.successor), programme, account_id)
    drop_tie(tx.unit, merger.organisation, ACCOUNT.name, reference)
    put_tie(tx.unit, merger.successor, ACCOUNT.name, reference)
