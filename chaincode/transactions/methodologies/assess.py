"""methodologies:Assess."""

from typing import Literal

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import methodologies as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.methodologies.status import StatusOrder, pinned, put_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import MethodologyStatusChanged


class AssessOrder(StatusOrder, frozen=True, kw_only=True):
    """An expert opinion: its hash, and what follows from it."""

    verdict: Literal["assessed", "retired"]
    """`retired`: the draft is turned down; a better one is a new version."""
    report: HexHash


@transaction("methodologies:Assess", roles={Role.VERIFIER, Role.REGULATOR})
async def assess(tx: Tx, order: AssessOrder) -> MethodologyStatusChanged:
    """Record the assessment of a draft. Nobody assesses a methodology of their own."""
    found = await pinned(tx, order)
    head = await tx.methodologies.get(order.methodology)
    if head.developer == tx.caller.organisation:
        raise codes.OWN_WORK.at("methodology", head.id)
    return put_status(tx, found, order.verdict, note=order.note, report=order.report)
