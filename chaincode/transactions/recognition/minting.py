"""What minting points and minting credits have in common."""

from typing import NamedTuple

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.days import day_of
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.judging import Part, require_allowed
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms, require_status
from tanhui.chaincode.transactions.recognition.counting import Drawing, draw_caps
from tanhui.chaincode.transactions.recognition.halves import (
    IncomingStatus,
    IncomingTransfer,
    TransferParcel,
    TransferPortion,
)
from tanhui.chaincode.transactions.recognition.record import Agreement, NoteTextOrNone, TransferId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsLocked, PointsLocked

Locked = PointsLocked | CreditsLocked


class MintItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One transfer that the proof locks.

    `binding` is the same-person statement, for points. `pieces` say, for units that come home, in which recorded
    ranges they lie now; they must cover exactly what comes home.
    """

    transfer: TransferId
    binding: NoteTextOrNone = ""
    pieces: Pieces | None = None


class Arriving(NamedTuple):
    """A lock on the partner's ledger, with the terms under which it was made."""

    agreement: Agreement
    terms: Terms
    locked: Locked
    transaction: str
    """The lock's, on the partner's ledger."""

    @property
    def source(self) -> int:
        """Which party it comes from."""
        return 1 - self.agreement.own


async def arriving(tx: Tx, agreement: Agreement, locked: Locked, transaction: str) -> Arriving:
    """The lock with its terms, when this side may mint it now.

    Raises:
        Refusal: recognition.terms_unknown, recognition.transfer_status, recognition.status.
    """
    terms = (await concluded_terms(tx, agreement.id, locked.terms.hex())).terms
    known = await tx.transfers_in.find(agreement.id, locked.transfer)
    if known is not None:
        raise codes.TRANSFER_STATUS.at("transfer", locked.transfer, status=known.status)
    if agreement.status == "ended":
        if locked.seconds >= agreement.ended_seconds and not _goes_home(agreement, terms, locked):
            require_status(agreement, "in_force")
    else:
        require_status(agreement, "in_force")
    return Arriving(agreement, terms, locked, transaction)


def _goes_home(agreement: Agreement, terms: Terms, locked: Locked) -> bool:
    own = bytes.fromhex(terms.parties[agreement.own].genesis)
    return isinstance(locked, CreditsLocked) and all(one.origin == own for one in locked.parcels)


async def judge(tx: Tx, coming: Arriving, parts: list[Part], person: str) -> int:
    """Judge by the lock's timestamp what the source judged, and count it here too; returns what was counted.

    Raises:
        Refusal: recognition.direction, recognition.term, recognition.methodology, recognition.vintage,
            recognition.cap, recognition.shard_unknown.
    """
    if not parts:
        return 0
    locked = coming.locked
    require_allowed(coming.terms, coming.source, parts, day_of(locked.seconds))
    counted = sum(part.quantity for part in parts)
    drawing = Drawing(coming.source, locked.shard, person, locked.seconds)
    await draw_caps(tx, coming.terms, drawing, counted)
    return counted


def put_incoming(
    tx: Tx,
    coming: Arriving,
    *,
    status: IncomingStatus,
    receiver: str,
    programme: str = "",
    portions: tuple[TransferPortion, ...] = (),
    parcels: tuple[TransferParcel, ...] = (),
    counted: int = 0,
    target_quantity: int = 0,
    person: str = "",
    reason: str = "",
    seconds: int = 0,
) -> None:
    """Write the nullifier; `seconds` is when it was settled, where that is not now."""
    locked = coming.locked
    record = IncomingTransfer(
        id=locked.transfer,
        agreement=coming.agreement.id,
        terms=locked.terms.hex(),
        lane=coming.terms.lane,
        status=status,
        programme=programme,
        receiver=receiver,
        portions=portions,
        parcels=parcels,
        quantity=Amount(locked.quantity),
        counted=Amount(counted),
        target_quantity=Amount(target_quantity),
        person=person,
        shard=locked.shard,
        locked_seconds=locked.seconds,
        source_transaction=coming.transaction,
        transaction=tx.transaction_id,
        seconds=seconds or tx.seconds,
        reason=reason,
    )
    tx.transfers_in.put(record, coming.agreement.id, locked.transfer)
