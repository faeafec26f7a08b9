"""recognition:LockCredits."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, NamedTuple

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.judging import Part, require_allowed, require_lane
from tanhui.chaincode.rules.recognition.terms import AgreementId, Terms, mirror_id
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, place, require_free, require_holder
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES, change_pieces
from tanhui.chaincode.transactions.credits.record import PIECES_MAX, Pieces
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.recognition.agreeing import require_status, terms_in_force
from tanhui.chaincode.transactions.recognition.counting import Drawing, draw_caps
from tanhui.chaincode.transactions.recognition.halves import OutgoingTransfer, TransferParcel
from tanhui.chaincode.transactions.recognition.locking import deadline_of, put_locked, require_new
from tanhui.chaincode.transactions.recognition.record import TRANSFERS_MAX, Agreement, Shard, TransferId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsLocked, Parcel

BATCH_ID_MAX: Final = 128


class CreditsCrossing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Own units for an organisation in the other region."""

    transfer: TransferId
    receiver: OrganisationId
    pieces: Pieces


class LockCreditsOrder(Order, frozen=True, kw_only=True):
    """Transfers under one agreement, all or none; one proof carries them all. `shard` is of its caps."""

    agreement: AgreementId
    shard: Shard
    transfers: Annotated[tuple[CreditsCrossing, ...], msgspec.Meta(min_length=1, max_length=TRANSFERS_MAX)]


class _Side(NamedTuple):
    """This side's part in the agreement."""

    agreement: Agreement
    terms: Terms
    shard: int


def hold_of(agreement: str, transfer: str) -> Hold:
    """The hold that a transfer places on its ranges."""
    return Hold(HoldKind.LOCK, f"{agreement}:{transfer}")


@transaction("recognition:LockCredits", roles=HOLDING_ROLES)
async def lock_credits(tx: Tx, order: LockCreditsOrder) -> tuple[CreditsLocked, ...]:
    """Lock own free units for receivers in the other region until it mints, or never will.

    Units issued here leave by the terms: direction, term, methodology, vintage, caps, judged here once by this
    timestamp. Mirrors go home to where they were issued, at any time and beside the caps, and nowhere else.
    """
    agreement = await tx.agreements.get(order.agreement)
    terms = await _terms(tx, agreement)
    require_lane(terms, "credits")
    pieces = [one for crossing in order.transfers for one in crossing.pieces]
    if len(pieces) > PIECES_MAX:
        raise codes.PIECES_MANY.at("pieces", len(pieces), limit=PIECES_MAX)
    await tx.load(
        *(tx.transfers_out.at(order.agreement, one.transfer) for one in order.transfers),
        *{tx.batches.at(one.batch) for one in pieces},
        *{tx.mirrors.at(one.batch) for one in pieces},
    )
    await require_new(tx, order.agreement, [one.transfer for one in order.transfers])
    holder = tx.caller.organisation
    holds = _holds(order)

    def locked(piece: Range) -> Range:
        require_holder(piece, holder)
        require_free(piece)
        return place(piece, next(holds))

    ranges = iter(await change_pieces(tx, pieces, locked))
    side = _Side(agreement, terms, order.shard)
    return tuple([await _lock(tx, side, one, [next(ranges) for _ in one.pieces]) for one in order.transfers])


async def _terms(tx: Tx, agreement: Agreement) -> Terms:
    """Terms in force; of an ended agreement, by which mirrors still go home."""
    if agreement.status != "ended":
        return await terms_in_force(tx, agreement)
    return (await tx.agreement_terms.get(agreement.id, agreement.terms)).terms


def _holds(order: LockCreditsOrder) -> Iterator[Hold]:
    """The hold of each piece, in the order of the pieces."""
    return (hold_of(order.agreement, one.transfer) for one in order.transfers for _ in one.pieces)


async def _lock(tx: Tx, side: _Side, crossing: CreditsCrossing, ranges: Sequence[Range]) -> CreditsLocked:
    terms, own = side.terms, side.agreement.own
    parcels = tuple([await _parcel(tx, side, crossing.transfer, one) for one in ranges])
    quantity = sum(one.quantity for one in ranges)
    here = terms.parties[own].genesis
    leaving = [one for one in parcels if one.origin == here]
    counted = sum(one.last - one.first + 1 for one in leaving)
    if leaving:
        require_status(side.agreement, "in_force")
        parts = [Part(one.methodology, one.vintage, one.last - one.first + 1) for one in leaving]
        require_allowed(terms, own, parts, tx.day)
        await draw_caps(tx, terms, Drawing(own, side.shard, tx.caller.organisation, tx.seconds), counted)
    record = OutgoingTransfer(
        id=crossing.transfer,
        agreement=terms.agreement,
        terms=side.agreement.terms,
        lane="credits",
        status="locked",
        programme="",
        holder=tx.caller.organisation,
        target_programme="",
        receiver=crossing.receiver,
        portions=(),
        parcels=parcels,
        quantity=Amount(quantity),
        counted=Amount(counted),
        target_quantity=Amount(quantity),
        person=tx.caller.organisation,
        binding="",
        shard=side.shard,
        seconds=tx.seconds,
        deadline=deadline_of(terms, tx.seconds),
        transaction=tx.transaction_id,
        settled_seconds=0,
        settled_in="",
        closed_in="",
        closed_seconds=0,
    )
    put_locked(tx, record)
    return _effect(record)


async def _parcel(tx: Tx, side: _Side, transfer: str, one: Range) -> TransferParcel:
    """Serials with where they were issued.

    Raises:
        Refusal: recognition.mirror_abroad, recognition.batch_id_long.
    """
    mirror = await tx.mirrors.find(one.batch)
    if mirror is not None:
        if mirror.agreement != side.agreement.id:
            raise codes.MIRROR_ABROAD.at("batch", one.batch, agreement=mirror.agreement)
        return TransferParcel(
            batch=one.batch,
            origin_batch=mirror.batch,
            origin=mirror.origin,
            project=mirror.project,
            methodology=mirror.methodology,
            vintage=mirror.vintage,
            first=one.first,
            last=one.last,
        )
    batch = await tx.batches.get(one.batch)
    mirrored = mirror_id(side.agreement.id, batch.id, transfer)
    if len(mirrored) > BATCH_ID_MAX:
        raise codes.BATCH_ID_LONG.at("batch", mirrored, limit=BATCH_ID_MAX)
    return TransferParcel(
        batch=one.batch,
        origin_batch=batch.id,
        origin=side.terms.parties[side.agreement.own].genesis,
        project=batch.project,
        methodology=f"{batch.methodology}@{batch.version}",
        vintage=batch.vintage,
        first=one.first,
        last=one.last,
    )


def _effect(record: OutgoingTransfer) -> CreditsLocked:
    return CreditsLocked(
        terms=bytes.fromhex(record.terms),
        agreement=record.agreement,
        transfer=record.id,
        holder=record.holder,
        parcels=effect_parcels(record.parcels),
        quantity=int(record.quantity),
        receiver=record.receiver,
        shard=record.shard,
        seconds=record.seconds,
        deadline=record.deadline,
    )


def effect_parcels(parcels: Iterable[TransferParcel]) -> tuple[Parcel, ...]:
    """Parcels as effects carry them: by the batch in which they were issued."""
    return tuple(
        Parcel(
            batch=one.origin_batch,
            origin=bytes.fromhex(one.origin),
            project=one.project,
            methodology=one.methodology,
            vintage=one.vintage,
            first=int(one.first),
            last=int(one.last),
        )
        for one in parcels
    )
