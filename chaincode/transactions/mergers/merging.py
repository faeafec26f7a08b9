"""What the functions about mergers have in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import mergers as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import MERGER as MACHINE
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.mergers.record import Merger, MergerStatus
from tanhui.chaincode.transactions.organisations.record import Status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.mergers import MergerChanged


class MergerOrder(Order, frozen=True, kw_only=True):
    """Which organisation is merged into another."""

    organisation: OrganisationId


async def begun(tx: Tx, organisation: str) -> Merger:
    """The merger that is under way.

    Raises:
        Refusal: contract.record_absent, states.required.
    """
    merger = await tx.mergers.get(organisation)
    MACHINE.require_in(merger.status, "begun")
    return merger


async def require_successor(tx: Tx, successor: str, *needed: Role) -> None:
    """Refuse a successor that is not active, or has none of the roles that a right needs (none: any will do).

    Raises:
        Refusal: mergers.successor.
    """
    found = await tx.organisations.get(successor)
    if found.status != "active" or (needed and set(needed).isdisjoint(found.roles)):
        raise codes.SUCCESSOR.at(
            "successor",
            successor,
            status=found.status,
            roles=",".join(found.roles),
            needed=",".join(sorted(needed)) or "-",
        )


async def put_merger(tx: Tx, merger: Merger, to: MergerStatus, status: Status) -> MergerChanged:
    """Write the merger and the organisation's status with it.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(merger.status, to)
    return await write_merger(tx, msgspec.structs.replace(merger, status=to), status)


async def write_merger(tx: Tx, merger: Merger, status: Status) -> MergerChanged:
    """Write the merger as it is, and the organisation's status."""
    organisation = await tx.organisations.get(merger.organisation)
    successor = "" if merger.status == "abandoned" else merger.successor
    changed = msgspec.structs.replace(organisation, status=status, successor=successor)
    tx.organisations.put(changed, organisation.id)
    tx.mergers.put(merger, merger.organisation)
    return MergerChanged(
        organisation=merger.organisation,
        successor=merger.successor,
        status=merger.status,
        document=bytes.fromhex(merger.document),
        reason=merger.reason,
    )
