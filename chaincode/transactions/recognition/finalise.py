"""recognition:Finalise."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.credits.ledger import as_effect
from tanhui.chaincode.transactions.recognition.closing import (
    Settled,
    export_units,
    locked_transfer,
    put_closed,
)
from tanhui.chaincode.transactions.recognition.proving import Proven, proven
from tanhui.chaincode.transactions.recognition.record import Proof, TransferIds
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased
from tanhui.proofs.effects.transfers import CreditsFinalised, CreditsMinted, PointsFinalised, PointsMinted

Minted = PointsMinted | CreditsMinted
Finalised = PointsFinalised | CreditsFinalised | CreditsReleased


class FinaliseOrder(Order, frozen=True, kw_only=True):
    """The proof of a mint on the partner's ledger, and which of its transfers end here."""

    agreement: AgreementId
    proof: Proof
    transfers: TransferIds


@transaction("recognition:Finalise", roles=None)
async def finalise(tx: Tx, order: FinaliseOrder) -> tuple[Finalised, ...]:
    """Burn locked points, and export locked units, that the partner's ledger proves to have minted.

    Anybody may bring the proof. A freeze placed on a locked range ends here, and its release is stated: the unit
    exists on the other ledger now, where a dispute can reach it.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    shown = await proven(tx, agreement.id, order.proof)
    await tx.load(*(tx.transfers_out.at(agreement.id, one) for one in order.transfers))
    made: list[Finalised] = []
    for transfer in order.transfers:
        minted = _mint_in(shown, agreement.id, transfer)
        made += await _finalise(tx, transfer, minted, shown.transaction)
    return tuple(made)


async def _finalise(tx: Tx, transfer: str, minted: Minted, transaction: str) -> list[Finalised]:
    agreement = minted.agreement
    found = await locked_transfer(tx, agreement, transfer, minted.terms)
    lane = "points" if isinstance(minted, PointsMinted) else "credits"
    if (found.lane, int(found.quantity)) != (lane, minted.quantity):
        raise codes.DIFFERS.at("quantity", minted.quantity, transfer=transfer, expected=found.quantity)
    put_closed(tx, found, "finalised", Settled(minted.seconds, transaction))
    if isinstance(minted, PointsMinted):
        return [
            PointsFinalised(
                terms=minted.terms, agreement=agreement, transfer=transfer, quantity=minted.quantity
            )
        ]
    exported = await export_units(tx, found)
    return [
        *exported.released,
        CreditsFinalised(
            terms=minted.terms,
            agreement=agreement,
            transfer=transfer,
            holder=found.holder,
            ranges=as_effect(exported.ranges),
            quantity=minted.quantity,
        ),
    ]


def _mint_in(shown: Proven, agreement: str, transfer: str) -> Minted:
    for effect in shown.effects:
        if isinstance(effect, PointsMinted | CreditsMinted) and (effect.agreement, effect.transfer) == (
            agreement,
            transfer,
        ):
            return effect
    raise codes.NOT_PROVEN.at("proof", transfer, effect="minted")
