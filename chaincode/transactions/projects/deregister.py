"""projects:Deregister."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:Deregister", roles={Role.REGULATOR})
async def deregister(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """Take a project out of the register; issued batches stay, and a recall is a matter of its own."""
    project = await tx.projects.get(order.project)
    return put_project(tx, project, "deregistered", order.reason)
