"""organisations:SetRoles, by two persons."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import organisations as codes
from tanhui.chaincode.rules.roles import Role, require_compatible
from tanhui.chaincode.transactions.fields import OrganisationId, Text
from tanhui.chaincode.transactions.organisations.status import require_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import OrganisationRolesChanged


class SetRolesOrder(Order, frozen=True, kw_only=True):
    """All the roles that the organisation has from now on."""

    organisation: OrganisationId
    roles: Annotated[tuple[Role, ...], msgspec.Meta(max_length=len(Role))]
    reason: Text


@transaction("organisations:SetRoles", roles={Role.REGULATOR}, persons=2)
async def set_roles(tx: Tx, order: SetRolesOrder) -> OrganisationRolesChanged:
    """Grant and withdraw roles: what is named is what the organisation has afterwards.

    A regulator cannot take the role of regulator from its own organisation: the registry would have none.
    """
    organisation = await tx.organisations.get(order.organisation)
    require_status(organisation, "active", "suspended")
    roles = tuple(sorted(require_compatible(order.roles)))
    if roles == organisation.roles:
        raise codes.ROLES_UNCHANGED.at("roles", ",".join(roles))
    if organisation.id == tx.caller.organisation and Role.REGULATOR not in roles:
        raise codes.OWN_ORGANISATION.at("organisation", organisation.id)
    tx.organisations.put(msgspec.structs.replace(organisation, roles=roles), organisation.id)
    return OrganisationRolesChanged(organisation=organisation.id, roles=roles, reason=order.reason)
