"""mergers:Abandon and mergers:Finish, by two persons."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.mergers.merging import MergerOrder, begun, put_merger
from tanhui.chaincode.transactions.organisations.leaving import require_nothing_left
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.mergers import MergerChanged


class EndMergerOrder(MergerOrder, frozen=True, kw_only=True):
    """Whose merger ends."""


@transaction("mergers:Abandon", roles={Role.REGULATOR}, persons=2)
async def abandon(tx: Tx, order: EndMergerOrder) -> MergerChanged:
    """Give a merger up. The organisation is suspended, what has moved stays with the successor."""
    return await put_merger(tx, await begun(tx, order.organisation), "abandoned", "suspended")


@transaction("mergers:Finish", roles={Role.REGULATOR}, persons=2)
async def finish(tx: Tx, order: EndMergerOrder) -> MergerChanged:
    """Close an organisation whose credits, rights and accounts are all its successor's.

    Its records stay under its own id, and the organisation names its successor.
    """
    merger = await begun(tx, order.organisation)
    await require_nothing_left(tx, merger.organisation)
    return await put_merger(tx, merger, "finished", "closed")
