"""projects:Validate."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.projects.status import ProjectOrder, put_project, require_uninvolved
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged


class ValidateOrder(ProjectOrder, frozen=True, kw_only=True):
    """The validation report (审定), by its hash."""

    report: HexHash


@transaction("projects:Validate", roles={Role.VERIFIER})
async def validate(tx: Tx, order: ValidateOrder) -> ProjectStatusChanged:
    """Record that a verifier validated a listed project, never one of its own."""
    project = await tx.projects.get(order.project)
    await require_uninvolved(tx, project)
    validated = msgspec.structs.replace(project, verifier=tx.caller.organisation, report=order.report)
    return put_project(tx, validated, "validated", order.reason)
