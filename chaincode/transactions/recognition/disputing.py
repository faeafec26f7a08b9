"""What opening, receiving and ruling a dispute have in common: which serials here are in question."""

from collections.abc import Iterable, Sequence

import msgspec

from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, place
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.recognition.halves import (
    IncomingTransfer,
    OutgoingTransfer,
    TransferParcel,
)
from tanhui.chaincode.transactions.recognition.record import Agreement
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsHeld

Half = OutgoingTransfer | IncomingTransfer


def hold_of(agreement: str, dispute: str) -> Hold:
    """The freeze that a dispute places; the regulator's own freezes stand beside it."""
    return Hold(HoldKind.FREEZE, f"dispute:{agreement}:{dispute}")


async def half_of(tx: Tx, agreement: Agreement, transfer: str, source: int) -> Half | None:
    """This ledger's half of a transfer that left party `source`."""
    if source == agreement.own:
        return await tx.transfers_out.find(agreement.id, transfer)
    return await tx.transfers_in.find(agreement.id, transfer)


async def freeze_pieces(tx: Tx, half: Half, pieces: Pieces, hold: Hold) -> list[Range]:
    """Freeze exactly these serials, all of them of the transfer; what lies beside them goes on moving.

    Raises:
        Refusal: recognition.pieces, and what credits:Freeze refuses.
    """
    for one in pieces:
        inside = any(
            one.batch == parcel.batch and parcel.first <= one.first <= one.last <= parcel.last
            for parcel in half.parcels
        )
        if not inside:
            raise codes.PIECES.at("pieces", f"{one.batch}:{one.first}-{one.last}")
    return await change_pieces(tx, pieces, lambda piece: place(piece, hold))


def held_effects(ranges: Iterable[Range], hold: Hold) -> tuple[CreditsHeld, ...]:
    """What stands still now, holder by holder."""
    return tuple(
        CreditsHeld(
            hold="freeze",
            reference=hold.reference,
            holder=one.holder,
            ranges=as_effect((one,)),
            quantity_kg=one.quantity,
        )
        for one in ranges
    )


def parcels_at(half: Half, ranges: Sequence[Range]) -> tuple[TransferParcel, ...]:
    """The transfer's parcels, cut down to these ranges."""
    return tuple(
        msgspec.structs.replace(parcel, first=one.first, last=one.last)
        for one in ranges
        for parcel in half.parcels
        if parcel.batch == one.batch and parcel.first <= one.first <= one.last <= parcel.last
    )
