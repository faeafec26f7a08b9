"""recognition:RotateAnchors, by two persons of the regulator."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.recognition.agreeing import (
    parsed_anchors,
    put_anchors,
    require_anchors,
    require_regulator,
)
from tanhui.chaincode.transactions.recognition.record import AnchorsText, NoteText
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import rotation
from tanhui.proofs.effects.agreements import AnchorsRotated
from tanhui.proofs.errors import ProofError


class RotateAnchorsOrder(Order, frozen=True, kw_only=True):
    """The partner's next anchors file, and the approval that the keepers of both files signed."""

    agreement: AgreementId
    anchors: AnchorsText
    approval: NoteText


@transaction("recognition:RotateAnchors", roles={Role.REGULATOR}, persons=2)
async def rotate_anchors(tx: Tx, order: RotateAnchorsOrder) -> AnchorsRotated:
    """Take over the partner's next anchors, approved by the keepers of the old file and of the new one.

    From then on only the new file counts: a proof that rests on a withdrawn key is refused.
    """
    agreement = await tx.agreements.get(order.agreement)
    if agreement.terms:
        terms = (await tx.agreement_terms.get(agreement.id, agreement.terms)).terms
        require_regulator(tx, terms, agreement.own)
        found = require_anchors(order.anchors, terms.parties[1 - agreement.own])
    else:
        raise codes.STATUS.at(
            "agreement", agreement.id, status=agreement.status, allowed="in_force,suspended,ended"
        )
    old = parsed_anchors((await tx.partner_anchors.get(order.agreement)).file)
    try:
        rotation.accept(old, found, order.approval.encode())
    except ProofError as error:
        raise codes.ANCHORS_UNREADABLE.at("approval", error.reason) from None
    put_anchors(tx, order.agreement, found, order.anchors)
    return AnchorsRotated(agreement=order.agreement, number=found.number, anchors=found.fingerprint())
