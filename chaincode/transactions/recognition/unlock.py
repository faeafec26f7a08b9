"""recognition:Unlock."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.closing import Settled, locked_transfer
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Proof, TransferIds
from tanhui.chaincode.transactions.recognition.unlocking import unlock_transfer
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsUnlocked, PointsUnlocked, TransferAborted


class UnlockOrder(Order, frozen=True, kw_only=True):
    """The proof of a tombstone on the partner's ledger, and which of its transfers are given back."""

    agreement: AgreementId
    proof: Proof
    transfers: TransferIds


@transaction("recognition:Unlock", roles=None)
async def unlock(tx: Tx, order: UnlockOrder) -> tuple[PointsUnlocked | CreditsUnlocked, ...]:
    """Give back what the partner's ledger proves that it will never mint; the caps no longer count it.

    Silence proves nothing: only a tombstone does, or the arbiter's ruling (recognition:UnlockByRuling).
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    shown = await proven(tx, agreement.id, order.proof)
    await tx.load(*(tx.transfers_out.at(agreement.id, one) for one in order.transfers))
    made = []
    for transfer in order.transfers:
        aborted = shown.one(TransferAborted, transfer, agreement=agreement.id, transfer=transfer)
        found = await locked_transfer(tx, agreement.id, transfer, aborted.terms)
        terms = (await concluded_terms(tx, agreement.id, found.terms)).terms
        made.append(
            await unlock_transfer(
                tx, agreement.own, terms, found, settled=Settled(aborted.seconds, shown.transaction)
            )
        )
    return tuple(made)
