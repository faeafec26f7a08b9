"""recognition:HonourRuling."""

from hashlib import sha256

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.lots import available, spend
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.rules.serials import Range, RangeState
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.points.operating import effect_lots
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.closing import change_held
from tanhui.chaincode.transactions.recognition.counting import Drawing, take_back
from tanhui.chaincode.transactions.recognition.halves import IncomingTransfer
from tanhui.chaincode.transactions.recognition.mint import lock_in
from tanhui.chaincode.transactions.recognition.minting import Arriving, put_incoming
from tanhui.chaincode.transactions.recognition.minting_credits import coverage, covered
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Agreement, NoteText, Proof
from tanhui.chaincode.transactions.recognition.rulings import require_ruling
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsCancelled, CreditsReleased
from tanhui.proofs.effects.transfers import (
    CreditsUnlocked,
    MintRevoked,
    PointsLocked,
    PointsUnlocked,
    TransferAborted,
)
from tanhui.proofs.rulings import NeverMinted

Honoured = TransferAborted | MintRevoked | CreditsCancelled | CreditsReleased


class HonourRulingOrder(Order, frozen=True, kw_only=True):
    """The arbiter's ruling, with the lock's proof where nothing was minted.

    Where it was minted after all, the proof is that the source unlocked by this ruling, and `pieces` say in which
    recorded ranges the mirrors lie now.
    """

    agreement: AgreementId
    ruling: NoteText
    proof: Proof | None = None
    pieces: Pieces | None = None


@transaction("recognition:HonourRuling", roles=None)
async def honour_ruling(tx: Tx, order: HonourRulingOrder) -> tuple[Honoured, ...]:
    """Exclude a mint by the arbiter's ruling, as a region that was silent must when it comes back.

    What it had minted meanwhile is taken back: active mirrors are cancelled, whoever holds them; points are taken
    from the account, what is spent becomes its debt. What was used up is a shortfall that this region owes.
    A mint by which the source finalised stands: it is taken back only when the source has unlocked.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    ruled = await require_ruling(tx, agreement, order.ruling, 1 - agreement.own)
    known = await tx.transfers_in.find(agreement.id, ruled.transfer)
    if known is None:
        return (await _tombstone(tx, agreement, order, ruled),)
    if known.status != "minted" or known.terms != ruled.terms.hex():
        raise codes.TRANSFER_STATUS.at("transfer", known.id, status=known.status)
    return await _revoke(tx, agreement, known, order, ruled)


async def _tombstone(
    tx: Tx, agreement: Agreement, order: HonourRulingOrder, ruled: NeverMinted
) -> TransferAborted:
    """Exclude a mint that never was; the lock's proof says what of, so that statements count it."""
    if order.proof is None:
        raise codes.NOT_PROVEN.at("proof", ruled.transfer, effect="locked")
    shown = await proven(tx, agreement.id, order.proof)
    locked = lock_in(shown, agreement, ruled.transfer)
    if locked.terms != ruled.terms:
        raise codes.OTHER_TERMS.at("transfer", ruled.transfer, terms=locked.terms.hex())
    terms = (await concluded_terms(tx, agreement.id, ruled.terms.hex())).terms
    receiver = locked.target_account if isinstance(locked, PointsLocked) else locked.receiver
    coming = Arriving(agreement, terms, locked, shown.transaction)
    put_incoming(tx, coming, status="aborted", receiver=receiver, reason=ruled.reason, seconds=ruled.seconds)
    return TransferAborted(
        terms=ruled.terms,
        agreement=agreement.id,
        transfer=ruled.transfer,
        reason=ruled.reason,
        seconds=ruled.seconds,
    )


async def _revoke(
    tx: Tx, agreement: Agreement, known: IncomingTransfer, order: HonourRulingOrder, ruled: NeverMinted
) -> tuple[Honoured, ...]:
    digest = sha256(order.ruling.encode()).digest()
    await _require_unlocked(tx, agreement, order, ruled)
    terms = (await concluded_terms(tx, agreement.id, known.terms)).terms
    drawing = Drawing(1 - agreement.own, known.shard, known.person, known.locked_seconds)
    await take_back(tx, terms, drawing, known.counted)
    undone = msgspec.structs.replace(
        known,
        status="aborted",
        portions=(),
        parcels=(),
        counted=Amount(0),
        target_quantity=Amount(0),
        transaction=tx.transaction_id,
        seconds=ruled.seconds,
        reason=ruled.reason,
    )
    tx.transfers_in.put(undone, agreement.id, known.id)
    if known.lane == "points":
        return (await _points(tx, known, digest),)
    return await _credits(tx, known, order, digest)


async def _require_unlocked(
    tx: Tx, agreement: Agreement, order: HonourRulingOrder, ruled: NeverMinted
) -> None:
    """Refuse to take back a mint before the source gave the units back: it may have burned them by the mint's proof.

    Raises:
        Refusal: recognition.not_proven, and what `proven` raises.
    """
    if order.proof is None:
        raise codes.NOT_PROVEN.at("proof", ruled.transfer, effect="unlocked")
    shown = await proven(tx, agreement.id, order.proof)
    about = (agreement.id, ruled.transfer, ruled.terms)
    for effect in shown.effects:
        if isinstance(effect, PointsUnlocked | CreditsUnlocked) and about == (
            effect.agreement,
            effect.transfer,
            effect.terms,
        ):
            return
    raise codes.NOT_PROVEN.at("proof", ruled.transfer, effect="unlocked")


async def _points(tx: Tx, known: IncomingTransfer, ruling: bytes) -> MintRevoked:
    account = await tx.accounts.get(known.programme, known.receiver)
    found = min(int(known.target_quantity), available(account.lots, tx.day))
    debt = int(known.target_quantity) - found
    stays, taken = spend(account.lots, found, tx.day) if found else (account.lots, ())
    changed = msgspec.structs.replace(account, lots=stays, debt=account.debt + debt)
    tx.accounts.put(changed, known.programme, known.receiver)
    return MintRevoked(
        terms=bytes.fromhex(known.terms),
        agreement=known.agreement,
        transfer=known.id,
        quantity=int(known.quantity),
        lots=effect_lots(taken),
        account=known.receiver,
        programme=known.programme,
        debt=debt or None,
        ruling=ruling,
    )


async def _credits(
    tx: Tx, known: IncomingTransfer, order: HonourRulingOrder, ruling: bytes
) -> tuple[Honoured, ...]:
    if any(one.batch == one.origin_batch for one in known.parcels):
        raise codes.RULING_HOME.at("transfer", known.id)
    pieces = order.pieces or ()
    if coverage((one.batch, one.first, one.last) for one in known.parcels) != covered(pieces):
        raise codes.PIECES.at("pieces", known.id)
    before: list[Range] = []

    def cancelled(one: Range) -> Range:
        before.append(one)
        if one.state is not RangeState.ACTIVE:
            return one
        return msgspec.structs.replace(one, state=RangeState.CANCELLED, holds=())

    await change_pieces(tx, pieces, cancelled)
    active = [one for one in before if one.state is RangeState.ACTIVE]
    made: list[Honoured] = []
    for one in active:
        for hold in one.holds:
            made.append(
                CreditsReleased(
                    hold=hold.kind.value,
                    reference=hold.reference,
                    holder=one.holder,
                    ranges=as_effect((one,)),
                    quantity_kg=one.quantity,
                )
            )
            if hold.kind == "recall":
                await change_held(tx, hold.reference, -one.quantity)
        made.append(
            CreditsCancelled(
                holder=one.holder,
                ranges=as_effect((one,)),
                quantity_kg=one.quantity,
                reason=f"ruling on {known.agreement}:{known.id}",
            )
        )
    shortfall = int(known.quantity) - sum(one.quantity for one in active)
    revoked = MintRevoked(
        terms=bytes.fromhex(known.terms),
        agreement=known.agreement,
        transfer=known.id,
        quantity=int(known.quantity),
        lots=(),
        shortfall=shortfall or None,
        ruling=ruling,
    )
    return (revoked, *made)
