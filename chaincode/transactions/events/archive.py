"""events:Archive."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.events.dossier import EventOrder, put_event
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventChanged


class ArchiveEventOrder(EventOrder, frozen=True, kw_only=True):
    """The hash of the whole dossier as it is kept."""

    document: HexHash


@transaction("events:Archive", roles={Role.REGULATOR})
async def archive(tx: Tx, order: ArchiveEventOrder) -> EventChanged:
    """Close a declared dossier for good."""
    return put_event(tx, await tx.events.get(order.event), "archived", document=order.document)
