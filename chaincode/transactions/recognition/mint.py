"""recognition:Mint."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.recognition.minting import Locked, MintItem, arriving
from tanhui.chaincode.transactions.recognition.minting_credits import mint_credits
from tanhui.chaincode.transactions.recognition.minting_points import mint_points
from tanhui.chaincode.transactions.recognition.proving import Proven, proven
from tanhui.chaincode.transactions.recognition.record import TRANSFERS_MAX, Agreement, Proof
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.transfers import CreditsLocked, CreditsMinted, PointsLocked, PointsMinted


class MintOrder(Order, frozen=True, kw_only=True):
    """The proof of a lock on the partner's ledger, and which of its transfers to mint."""

    agreement: AgreementId
    proof: Proof
    items: Annotated[tuple[MintItem, ...], msgspec.Meta(min_length=1, max_length=TRANSFERS_MAX)]


@transaction("recognition:Mint", roles=None)
async def mint(tx: Tx, order: MintOrder) -> tuple[PointsMinted | CreditsMinted, ...]:
    """Mint what the partner's ledger proves to be locked for here, each transfer once, all that are named or none.

    Anybody may bring the proof and gains nothing by it: receiver, quantity and terms are the lock's. A transfer
    that cannot be minted is left out by the bringer, and aborted when its deadline has passed.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    shown = await proven(tx, agreement.id, order.proof)
    await tx.load(*(tx.transfers_in.at(agreement.id, one.transfer) for one in order.items))
    return tuple([await _mint(tx, agreement, shown, one) for one in order.items])


async def _mint(tx: Tx, agreement: Agreement, shown: Proven, item: MintItem) -> PointsMinted | CreditsMinted:
    locked = lock_in(shown, agreement, item.transfer)
    coming = await arriving(tx, agreement, locked, shown.transaction)
    if isinstance(locked, PointsLocked) and coming.terms.lane == "points":
        return await mint_points(tx, coming, locked, item)
    if isinstance(locked, CreditsLocked) and coming.terms.lane == "credits":
        return await mint_credits(tx, coming, locked, item)
    raise codes.LANE.at("agreement", agreement.id, lane=coming.terms.lane)


def lock_in(shown: Proven, agreement: Agreement, transfer: str) -> Locked:
    """The lock of this transfer under this agreement.

    Raises:
        Refusal: recognition.not_proven.
    """
    for effect in shown.effects:
        if isinstance(effect, PointsLocked | CreditsLocked) and (effect.agreement, effect.transfer) == (
            agreement.id,
            transfer,
        ):
            return effect
    raise codes.NOT_PROVEN.at("proof", transfer, effect="locked")
