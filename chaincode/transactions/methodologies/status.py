"""What every change of a version's status has in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import methodologies as codes
from tanhui.chaincode.rules.states import METHODOLOGY as MACHINE
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.methodologies.record import (
    MethodologyVersion,
    Status,
    Version,
    version_key,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import MethodologyStatusChanged


class StatusOrder(Order, frozen=True, kw_only=True):
    """Which version, exactly as the caller saw it, and why."""

    methodology: Slug
    version: Version
    pin: HexHash
    note: Text


async def pinned(tx: Tx, order: StatusOrder) -> MethodologyVersion:
    """The version that the order names, when its hash is the one that the caller saw.

    Raises:
        Refusal: contract.record_absent, methodologies.pin_differs.
    """
    found = await tx.methodology_versions.get(order.methodology, version_key(order.version))
    if found.pin != order.pin:
        raise codes.PIN_DIFFERS.at("pin", order.pin, version=order.version, expected=found.pin)
    return found


def put_status(
    tx: Tx, found: MethodologyVersion, to: Status, *, note: str, report: str = ""
) -> MethodologyStatusChanged:
    """Write the version with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(found.status, to)
    changed = msgspec.structs.replace(found, status=to, note=note, report=report or found.report)
    tx.methodology_versions.put(changed, found.methodology, version_key(found.version))
    return MethodologyStatusChanged(
        methodology=found.methodology,
        version=found.version,
        status=to,
        formula=bytes.fromhex(found.formula),
    )
