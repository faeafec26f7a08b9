"""projects:Resume."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import PROJECT as MACHINE
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:Resume", roles={Role.REGULATOR})
async def resume(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """Let a suspended project go on where it stood."""
    project = await tx.projects.get(order.project)
    MACHINE.require_in(project.status, "suspended")
    return put_project(tx, project, project.before, order.reason)
