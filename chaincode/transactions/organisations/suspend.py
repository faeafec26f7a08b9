"""organisations:Suspend."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.organisations.status import StatusOrder, change_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import OrganisationStatusChanged


@transaction("organisations:Suspend", roles={Role.REGULATOR})
async def suspend(tx: Tx, order: StatusOrder) -> OrganisationStatusChanged:
    """Stop an active organisation from calling anything that writes; what it holds stays its own."""
    return await change_status(tx, order, allowed=("active",), to="suspended")
