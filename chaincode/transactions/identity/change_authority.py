"""identity:ChangeAuthority, by two persons of the regulator."""

from typing import Final

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import month_of, parse_day
from tanhui.chaincode.rules.errors import identity as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import OrganisationId, Slug, Text
from tanhui.chaincode.transactions.identity.bind import Month
from tanhui.chaincode.transactions.identity.group import month_text
from tanhui.chaincode.transactions.identity.record import group_key
from tanhui.chaincode.transactions.methodologies.record import AuthorityChange
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.identity import AuthorityChanged

CHANGES_MAX: Final = 100


class ChangeAuthorityOrder(Order, frozen=True, kw_only=True):
    """Who binds a group's claims from which month on."""

    group: Slug
    authority: OrganisationId
    from_month: Month
    reason: Text


@transaction("identity:ChangeAuthority", roles={Role.REGULATOR}, persons=2)
async def change_authority(tx: Tx, order: ChangeAuthorityOrder) -> AuthorityChanged:
    """Give a shared group another authority, from the month after next at the earliest.

    The new one has another secret, so one person has other buckets with it. A month is bound by one authority only,
    and nothing is bound further ahead than the next month: so no claim of one month can be made with both.
    """
    month = month_of(parse_day(f"{order.from_month}-01", "from_month"))
    group = await tx.exclusion_groups.get(group_key(order.group))
    if not group.authority:
        raise codes.GROUP_NOT_SHARED.at("group", order.group)
    earliest = month_of(tx.day) + 2
    if group.changes:
        earliest = max(earliest, group.changes[-1].from_month + 1)
    if month < earliest:
        raise codes.CHANGE_EARLY.at("from_month", order.from_month, earliest=month_text(earliest))
    if len(group.changes) >= CHANGES_MAX:
        raise codes.CHANGES_MANY.at("group", order.group, limit=CHANGES_MAX)
    authority = await tx.organisations.find(order.authority)
    if authority is None or authority.status != "active" or Role.IDENTITY_AUTHORITY not in authority.roles:
        raise codes.AUTHORITY_ROLE.at("authority", order.authority)
    change = AuthorityChange(from_month=month, authority=order.authority)
    changed = msgspec.structs.replace(group, changes=(*group.changes, change))
    tx.exclusion_groups.put(changed, group_key(order.group))
    return AuthorityChanged(
        group=order.group,
        before=group.newest_authority,
        authority=order.authority,
        from_month=order.from_month,
        reason=order.reason,
    )
