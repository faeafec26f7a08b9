"""projects:Close."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.projects.record import period_key
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:Close", roles={Role.PROJECT_OWNER})
async def close(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """End a project whose last period is issued or never came."""
    project = await tx.projects.get(order.project)
    tx.require_own(project.owner, "project")
    if project.periods:
        last = await tx.periods.get(project.id, period_key(project.periods))
        if last.status != "issued":
            raise codes.PERIOD_OPEN.at("project", last.number)
    return put_project(tx, project, "closed", order.reason)
