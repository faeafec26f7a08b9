"""Whose a shared exclusion group is in which month, and how it knows one person's claims."""

from typing import Literal

from tanhui.chaincode.rules.days import month_of
from tanhui.chaincode.rules.errors import identity as codes
from tanhui.chaincode.transactions.identity.record import group_key
from tanhui.chaincode.transactions.methodologies.record import ExclusionGroup
from tanhui.chaincode.transactions.tx import Tx


async def shared_group(tx: Tx, name: str, identity: Literal["buckets", "nullifiers"]) -> ExclusionGroup:
    """A group that is shared in this way.

    Raises:
        Refusal: contract.record_absent, identity.group_not_shared, identity.group_mode.
    """
    group = await tx.exclusion_groups.get(group_key(name))
    if not group.authority:
        raise codes.GROUP_NOT_SHARED.at("group", name)
    if group.identity != identity:
        raise codes.GROUP_MODE.at("group", name, identity=group.identity)
    return group


def require_authority(tx: Tx, group: ExclusionGroup, month: int) -> None:
    """Refuse a caller that is not the group's authority of a month, and a month after the next.

    Months further ahead are nobody's yet: so a later change of authority finds nothing bound that it has to honour.

    Raises:
        Refusal: identity.not_authority, identity.month_early.
    """
    authority = group.authority_of(month)
    if authority != tx.caller.organisation:
        raise codes.NOT_AUTHORITY.at("group", tx.caller.organisation, authority=authority)
    if month > month_of(tx.day) + 1:
        raise codes.MONTH_EARLY.at("month", month_text(month), latest=month_text(month_of(tx.day) + 1))


def month_text(month: int) -> str:
    """YYYY-MM of a month as `days.month_of` counts it."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
