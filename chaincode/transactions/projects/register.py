"""projects:Register."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.conflicts.standing import require_unclaimed
from tanhui.chaincode.transactions.notices.gate import require_noticed
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


@transaction("projects:Register", roles={Role.REGULATOR})
async def register(tx: Tx, order: ProjectOrder) -> ProjectStatusChanged:
    """Register a validated project: it may be monitored from now on, and excludes others from its sites."""
    project = await tx.projects.get(order.project)
    await require_noticed(tx, "project", project.id)
    await require_unclaimed(tx, project, project.first_day, project.last_day)
    return put_project(tx, project, "registered", order.reason)
