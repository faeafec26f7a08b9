"""recognition:Abort."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId, Terms
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.mint import lock_in
from tanhui.chaincode.transactions.recognition.minting import Arriving, Locked, put_incoming
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Agreement, Proof, TransferIds
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import PointsLocked, TransferAborted


class AbortOrder(Order, frozen=True, kw_only=True):
    """The proof of a lock on the partner's ledger, and which of its transfers are never to be minted."""

    agreement: AgreementId
    proof: Proof
    transfers: TransferIds
    reason: Text


@transaction("recognition:Abort", roles=None)
async def abort(tx: Tx, order: AbortOrder) -> tuple[TransferAborted, ...]:
    """Write tombstones: this ledger will never mint these transfers, and the source unlocks by the proof of it.

    The receiver (of points: the programme's operator) and the regulator may refuse at any time, anybody once the
    deadline has passed. What was minted is not aborted.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    shown = await proven(tx, agreement.id, order.proof)
    await tx.load(*(tx.transfers_in.at(agreement.id, one) for one in order.transfers))
    made = []
    for transfer in order.transfers:
        locked = lock_in(shown, agreement, transfer)
        terms = (await concluded_terms(tx, agreement.id, locked.terms.hex())).terms
        known = await tx.transfers_in.find(agreement.id, transfer)
        if known is not None:
            raise codes.TRANSFER_STATUS.at("transfer", transfer, status=known.status)
        if tx.seconds < locked.deadline:
            await _require_party(tx, agreement, terms, locked)
        receiver = locked.target_account if isinstance(locked, PointsLocked) else locked.receiver
        coming = Arriving(agreement, terms, locked, shown.transaction)
        put_incoming(tx, coming, status="aborted", receiver=receiver, reason=order.reason)
        made.append(
            TransferAborted(
                terms=locked.terms,
                agreement=agreement.id,
                transfer=transfer,
                reason=order.reason,
                seconds=tx.seconds,
            )
        )
    return tuple(made)


async def _require_party(tx: Tx, agreement: Agreement, terms: Terms, locked: Locked) -> None:
    """Refuse a caller who is neither the receiver nor this side's regulator.

    Raises:
        Refusal: recognition.abort_early.
    """
    own = terms.parties[agreement.own]
    if isinstance(locked, PointsLocked):
        programme = await tx.programmes.find(own.programme)
        receiver = "" if programme is None else programme.operator
    else:
        receiver = locked.receiver
    caller = tx.caller
    if caller.organisation in {receiver, own.regulator}:
        found = await tx.organisations.find(caller.organisation)
        if found is not None and found.msp_id == caller.msp_id and found.status == "active":
            return
    raise codes.ABORT_EARLY.at("transfers", locked.transfer, deadline=locked.deadline)
