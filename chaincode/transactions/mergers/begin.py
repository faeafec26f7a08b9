"""mergers:Begin, by two persons."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import mergers as codes
from tanhui.chaincode.rules.errors import organisations as organisation_codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, Text
from tanhui.chaincode.transactions.mergers.merging import MergerOrder, require_successor, write_merger
from tanhui.chaincode.transactions.mergers.record import Merger
from tanhui.chaincode.transactions.organisations.status import require_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.mergers import MergerChanged


class BeginMergerOrder(MergerOrder, frozen=True, kw_only=True):
    """Into which one, by which approved document, and why."""

    successor: OrganisationId
    document: HexHash
    reason: Text


@transaction("mergers:Begin", roles={Role.REGULATOR}, persons=2)
async def begin(tx: Tx, order: BeginMergerOrder) -> MergerChanged:
    """Begin to merge an organisation into another. From now on nobody acts for it; what it has moves bit by bit."""
    if order.successor == order.organisation:
        raise codes.SAME.at("successor", order.successor)
    organisation = await tx.organisations.get(order.organisation)
    require_status(organisation, "active", "suspended")
    if organisation.id == tx.caller.organisation:
        raise organisation_codes.OWN_ORGANISATION.at("organisation", organisation.id)
    await require_successor(tx, order.successor)
    merger = Merger(
        organisation=order.organisation,
        successor=order.successor,
        document=order.document,
        reason=order.reason,
        status="begun",
    )
    return await write_merger(tx, merger, "merging")
