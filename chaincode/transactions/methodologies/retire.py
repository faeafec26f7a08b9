"""methodologies:Retire."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.methodologies.status import StatusOrder, pinned, put_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import MethodologyStatusChanged


@transaction("methodologies:Retire", roles={Role.REGULATOR})
async def retire(tx: Tx, order: StatusOrder) -> MethodologyStatusChanged:
    """End a version for good; what was issued by it stays and can be re-executed."""
    found = await pinned(tx, order)
    effect = put_status(tx, found, "retired", note=order.note)
    head = await tx.methodologies.get(order.methodology)
    if head.filed == found.version:
        tx.methodologies.put(msgspec.structs.replace(head, filed=0), head.id)
    return effect
