"""Minting the other region's units: mirrors of its serials, or one's own units come home."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from tanhui.chaincode.rules.accounting import Entry
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recalls import hold_of as recall_hold
from tanhui.chaincode.rules.recognition.judging import Part
from tanhui.chaincode.rules.recognition.terms import exported_holder, mirror_id
from tanhui.chaincode.rules.serials import Range, RangeState, Serial
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_pieces,
    enter_range,
    require_receiver,
)
from tanhui.chaincode.transactions.credits.record import Piece, Span
from tanhui.chaincode.transactions.recognition.closing import change_held
from tanhui.chaincode.transactions.recognition.halves import TransferParcel
from tanhui.chaincode.transactions.recognition.minting import Arriving, MintItem, judge, put_incoming
from tanhui.chaincode.transactions.recognition.record import Mirror
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsLocked, CreditsMinted, Parcel


async def mint_credits(tx: Tx, coming: Arriving, locked: CreditsLocked, item: MintItem) -> CreditsMinted:
    """Give the receiver the units, 1:1, with serials, vintage and methodology.

    What was issued elsewhere becomes a mirror under its origin's serials. What was issued here and left under
    this agreement becomes active again; anything else that claims to come home is refused.
    """
    await require_receiver(tx, locked.receiver)
    own = bytes.fromhex(coming.terms.parties[coming.agreement.own].genesis)
    partner = bytes.fromhex(coming.terms.parties[coming.source].genesis)
    for one in locked.parcels:
        if one.origin not in (own, partner):
            raise codes.DIFFERS.at(
                "origin", one.origin.hex(), transfer=locked.transfer, expected=partner.hex()
            )
    foreign = [one for one in locked.parcels if one.origin == partner]
    home = [one for one in locked.parcels if one.origin == own]
    parts = [Part(one.methodology, one.vintage, one.range.quantity_kg) for one in foreign]
    counted = await judge(tx, coming, parts, locked.holder)
    ranges = [await _mirror(tx, coming, locked, one) for one in foreign]
    if home:
        ranges += await _come_home(tx, coming, locked, home, item)
    put_incoming(
        tx,
        coming,
        status="minted",
        receiver=locked.receiver,
        parcels=tuple(_recorded(coming, locked.transfer, one, own) for one in locked.parcels),
        counted=counted,
        target_quantity=locked.quantity,
        person=locked.holder,
    )
    return CreditsMinted(
        terms=locked.terms,
        agreement=locked.agreement,
        transfer=locked.transfer,
        holder=locked.receiver,
        ranges=as_effect(ranges),
        quantity=locked.quantity,
        seconds=tx.seconds,
    )


async def _mirror(tx: Tx, coming: Arriving, locked: CreditsLocked, parcel: Parcel) -> Range:
    batch = mirror_id(coming.agreement.id, parcel.batch, locked.transfer)
    mirror = Mirror(
        id=batch,
        agreement=coming.agreement.id,
        origin=parcel.origin.hex(),
        batch=parcel.batch,
        project=parcel.project,
        methodology=parcel.methodology,
        vintage=parcel.vintage,
        spans=tuple(
            Span(batch=batch, first=Serial(one.first), last=Serial(one.last))
            for one in sorted(locked.parcels, key=lambda part: part.first)
            if one.batch == parcel.batch
        ),
        uses=coming.terms.uses,
    )
    known = await tx.mirrors.find(batch)
    if known is not None and known != mirror:
        raise codes.DIFFERS.at("batch", parcel.batch, transfer=locked.transfer, expected=known.methodology)
    tx.mirrors.put(mirror, batch)
    made = Range(batch=batch, first=Serial(parcel.first), last=Serial(parcel.last), holder=locked.receiver)
    enter_range(tx, made, Entry.IMPORTED)
    return made


async def _come_home(
    tx: Tx, coming: Arriving, locked: CreditsLocked, home: Sequence[Parcel], item: MintItem
) -> list[Range]:
    pieces = item.pieces or ()
    wanted, given = coverage((one.batch, one.first, one.last) for one in home), covered(pieces)
    if wanted != given:
        raise codes.PIECES.at("pieces", locked.transfer)
    holder = exported_holder(coming.agreement.id)

    def reactivated(one: Range) -> Range:
        if one.state is not RangeState.EXPORTED or one.holder != holder:
            raise codes.NOT_EXPORTED.at("range", one.name, agreement=coming.agreement.id)
        holds = (recall_hold(one.recall),) if one.recall else ()
        return msgspec.structs.replace(one, state=RangeState.ACTIVE, holder=locked.receiver, holds=holds)

    ranges = await change_pieces(tx, pieces, reactivated)
    for one in ranges:
        if one.recall:  # recalled while it was away: it stands still again
            await change_held(tx, one.recall, one.quantity)
    return ranges


def covered(pieces: Iterable[Piece]) -> dict[str, list[tuple[int, int]]]:
    """Serials that pieces name, by batch."""
    return coverage((one.batch, one.first, one.last) for one in pieces)


def coverage(spans: Iterable[tuple[str, int, int]]) -> dict[str, list[tuple[int, int]]]:
    """Serials by batch, as the longest runs; a serial named twice keeps two runs apart, and equals nothing."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for batch, first, last in sorted(spans):
        runs = found[batch]
        if runs and runs[-1][1] + 1 == first:
            runs[-1] = (runs[-1][0], int(last))
        else:
            runs.append((int(first), int(last)))
    return dict(found)


def _recorded(coming: Arriving, transfer: str, one: Parcel, own: bytes) -> TransferParcel:
    at_home = one.origin == own
    return TransferParcel(
        batch=one.batch if at_home else mirror_id(coming.agreement.id, one.batch, transfer),
        origin_batch=one.batch,
        origin=one.origin.hex(),
        project=one.project,
        methodology=one.methodology,
        vintage=one.vintage,
        first=Serial(one.first),
        last=Serial(one.last),
    )
