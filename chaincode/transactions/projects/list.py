"""projects:List."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:List", roles={Role.PROJECT_OWNER})
async def list_project(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """Show a draft to the public; comments and validation follow."""
    project = await tx.projects.get(order.project)
    tx.require_own(project.owner, "project")
    return put_project(tx, project, "listed", order.reason)
