"""projects:Suspend."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:Suspend", roles={Role.REGULATOR})
async def suspend(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """Stop a registered project: nothing is monitored or issued until it is resumed."""
    project = await tx.projects.get(order.project)
    return put_project(tx, project, "suspended", order.reason)
