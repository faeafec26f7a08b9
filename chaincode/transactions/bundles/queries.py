"""bundles:Get: read by any member of the channel."""

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.rules.bundles import Bundle
from tanhui.chaincode.transactions.projects.queries import ProjectQuery
from tanhui.chaincode.transactions.tx import Tx


@query("bundles:Get")
async def get(tx: Tx, order: ProjectQuery) -> Bundle:
    """Who shares a project's units, invited organisations included."""
    return await tx.bundles.get(order.project)
