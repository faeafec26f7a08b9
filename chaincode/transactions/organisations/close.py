"""organisations:Close."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.organisations.leaving import require_nothing_left
from tanhui.chaincode.transactions.organisations.status import StatusOrder, change_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import OrganisationStatusChanged


@transaction("organisations:Close", roles={Role.REGULATOR})
async def close(tx: Tx, order: StatusOrder) -> OrganisationStatusChanged:
    """End an organisation for good. Its records stay; nobody acts for it any more.

    One that holds active credits, or is part of anything open (organisations:Ties), cannot close: it gives those
    up first, or is merged into a successor.
    """
    await require_nothing_left(tx, order.organisation)
    return await change_status(tx, order, allowed=("active", "suspended"), to="closed")
