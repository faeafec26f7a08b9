"""activities:RotateSource, by two persons."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.activities.register_source import RotateSourceOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import DataSourceChanged


@transaction("activities:RotateSource", roles={Role.DATA_SOURCE}, persons=2)
async def rotate_source(tx: Tx, order: RotateSourceOrder) -> DataSourceChanged:
    """Give an own source another key; what the old one signs is refused from now on."""
    found = await tx.data_sources.get(order.source)
    tx.require_own(found.organisation, "source")
    if found.status != "active":
        raise codes.SOURCE_REVOKED.at("source", found.id)
    made = msgspec.structs.replace(found, key=order.key, keys_before=found.keys_before + 1)
    tx.data_sources.put(made, made.id)
    return DataSourceChanged(
        source=made.id, organisation=made.organisation, key=bytes.fromhex(made.key), status="active"
    )
