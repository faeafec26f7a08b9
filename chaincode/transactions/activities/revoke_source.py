"""activities:RevokeSource."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug, Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import DataSourceChanged


class RevokeSourceOrder(Order, frozen=True, kw_only=True):
    """Which source may sign no more, and why."""

    source: Slug
    reason: Text


@transaction("activities:RevokeSource", roles={Role.DATA_SOURCE, Role.REGULATOR})
async def revoke_source(tx: Tx, order: RevokeSourceOrder) -> DataSourceChanged:
    """Stop a source at once, for good: its own organisation does it, or the regulator. One person is enough."""
    found = await tx.data_sources.get(order.source)
    if Role.REGULATOR not in tx.roles:
        tx.require_own(found.organisation, "source")
    if found.status != "active":
        raise codes.SOURCE_REVOKED.at("source", found.id)
    made = msgspec.structs.replace(found, status="revoked")
    tx.data_sources.put(made, made.id)
    return DataSourceChanged(
        source=made.id, organisation=made.organisation, key=bytes.fromhex(made.key), status="revoked"
    )
