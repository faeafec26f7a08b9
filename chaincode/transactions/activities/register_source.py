"""activities:RegisterSource and activities:RotateSource share their order."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.activities.record import DataSource
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import DataSourceChanged


class RotateSourceOrder(Order, frozen=True, kw_only=True):
    """A source and the Ed25519 public key that signs for it, 32 bytes as hex."""

    source: Slug
    key: HexHash


class RegisterSourceOrder(RotateSourceOrder, frozen=True, kw_only=True):
    """A new source. A device measures by itself, so what it signs is credited without a review."""

    device: bool = False


@transaction("activities:RegisterSource", roles={Role.DATA_SOURCE}, persons=2)
async def register_source(tx: Tx, order: RegisterSourceOrder) -> DataSourceChanged:
    """Register a device or system of the caller's organisation, by two of its persons."""
    if await tx.data_sources.find(order.source) is not None:
        raise codes.SOURCE_EXISTS.at("source", order.source)
    made = DataSource(
        id=order.source,
        organisation=tx.caller.organisation,
        key=order.key,
        keys_before=0,
        status="active",
        device=order.device,
    )
    tx.data_sources.put(made, made.id)
    return DataSourceChanged(
        source=made.id, organisation=made.organisation, key=bytes.fromhex(made.key), status="active"
    )
