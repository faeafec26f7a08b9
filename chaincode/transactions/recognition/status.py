"""recognition:SuspendAgreement, ResumeAgreement and EndAgreement, by two persons of the regulator."""

from typing import Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.recognition.agreeing import require_regulator, require_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.agreements import AgreementChanged

_Status: TypeAlias = Literal["in_force", "suspended", "ended"]


class AgreementStatusOrder(Order, frozen=True, kw_only=True):
    """Which agreement, and why."""

    agreement: AgreementId
    reason: Text


@transaction("recognition:SuspendAgreement", roles={Role.REGULATOR}, persons=2)
async def suspend_agreement(tx: Tx, order: AgreementStatusOrder) -> AgreementChanged:
    """Stop locks and mints here until resumed. What is under way is still aborted, finalised and unlocked."""
    return await _change(tx, order, ("in_force",), "suspended")


@transaction("recognition:ResumeAgreement", roles={Role.REGULATOR}, persons=2)
async def resume_agreement(tx: Tx, order: AgreementStatusOrder) -> AgreementChanged:
    """Allow locks and mints again."""
    return await _change(tx, order, ("suspended",), "in_force")


@transaction("recognition:EndAgreement", roles={Role.REGULATOR}, persons=2)
async def end_agreement(tx: Tx, order: AgreementStatusOrder) -> AgreementChanged:
    """End it for good. What was locked before is still minted; mirrors still go home."""
    return await _change(tx, order, ("in_force", "suspended"), "ended")


async def _change(
    tx: Tx, order: AgreementStatusOrder, allowed: tuple[str, ...], to: _Status
) -> AgreementChanged:
    agreement = await tx.agreements.get(order.agreement)
    require_status(agreement, *allowed)
    in_force = await tx.agreement_terms.get(agreement.id, agreement.terms)
    require_regulator(tx, in_force.terms, agreement.own)
    changed = msgspec.structs.replace(
        agreement,
        status=to,
        ended_seconds=tx.seconds if to == "ended" else 0,
    )
    tx.agreements.put(changed, agreement.id)
    return AgreementChanged(agreement=agreement.id, status=to, reason=order.reason)
