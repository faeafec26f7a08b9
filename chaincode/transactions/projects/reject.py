"""projects:Reject."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:Reject", roles={Role.REGULATOR})
async def reject(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """Turn a listed or validated project down for good."""
    project = await tx.projects.get(order.project)
    return put_project(tx, project, "rejected", order.reason)
