"""organisations:Reactivate."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.organisations.status import StatusOrder, change_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import OrganisationStatusChanged


@transaction("organisations:Reactivate", roles={Role.REGULATOR})
async def reactivate(tx: Tx, order: StatusOrder) -> OrganisationStatusChanged:
    """Let a suspended organisation act again, in the roles that it has."""
    return await change_status(tx, order, allowed=("suspended",), to="active")
