"""The states of an organisation: active ⇄ suspended → closed, or active → closed."""

from typing import Literal

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import organisations as codes
from tanhui.chaincode.transactions.fields import OrganisationId, Text
from tanhui.chaincode.transactions.organisations.record import Organisation, Status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import OrganisationStatusChanged


class StatusOrder(Order, frozen=True, kw_only=True):
    """Which organisation changes its state, and why."""

    organisation: OrganisationId
    reason: Text


def require_status(organisation: Organisation, *allowed: Status) -> None:
    """Refuse an organisation in another state.

    Raises:
        Refusal: organisations.status.
    """
    if organisation.status not in allowed:
        raise codes.STATUS.at("organisation", organisation.status, allowed=",".join(allowed))


async def change_status(
    tx: Tx, order: StatusOrder, *, allowed: tuple[Status, ...], to: Literal["active", "suspended", "closed"]
) -> OrganisationStatusChanged:
    """Bring the organisation from one of `allowed` states `to` another; never the caller's own."""
    organisation = await tx.organisations.get(order.organisation)
    require_status(organisation, *allowed)
    if organisation.id == tx.caller.organisation:
        raise codes.OWN_ORGANISATION.at("organisation", organisation.id)
    tx.organisations.put(msgspec.structs.replace(organisation, status=to), organisation.id)
    return OrganisationStatusChanged(organisation=organisation.id, status=to, reason=order.reason)
