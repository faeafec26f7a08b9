"""Who may act in which capacity (domain.md, Who acts). Granted by the regulator, checked on the ledger."""

from collections.abc import Iterable
from enum import StrEnum

from tanhui.chaincode.rules.errors import organisations as codes


class Role(StrEnum):
    """A capacity of an organisation; the value is what certificates and records carry."""

    REGULATOR = "regulator"
    """主管部门: registers, files, approves, freezes, rules."""
    PLATFORM_OPERATOR = "platform_operator"
    """运营主体: opens accounts, records activities, runs points inside its programme's rules."""
    DATA_SOURCE = "data_source"
    """数据方: signs activity records and readings with a registered key."""
    METHODOLOGY_DEVELOPER = "methodology_developer"
    PROJECT_OWNER = "project_owner"
    """项目业主: lists projects, submits monitoring reports, sells."""
    HOLDER = "holder"
    BROKER = "broker"
    """碳中和服务商: holds inventory, retires for clients."""
    VERIFIER = "verifier"
    """核证机构: validates and verifies; never owner, broker or holder."""
    EXCHANGE = "exchange"
    """交易机构: custody, settlement, retirement on behalf of a beneficiary."""
    EVENT_ORGANISER = "event_organiser"
    PUBLIC_INSTITUTION = "public_institution"
    """公共机构: budgets, quotas, readings, its members."""
    MERCHANT = "merchant"
    """合作商户: funds and hands out rewards."""
    LIENHOLDER = "lienholder"
    IDENTITY_AUTHORITY = "identity_authority"
    """Verifies persons off the chain, signs bindings and claim buckets; never an operator."""
    AUDITOR = "auditor"
    """Reads everything; writes attestations only."""


INCOMPATIBLE: tuple[tuple[Role, Role], ...] = (
    (Role.VERIFIER, Role.PROJECT_OWNER),
    (Role.VERIFIER, Role.BROKER),
    (Role.VERIFIER, Role.HOLDER),
    (Role.IDENTITY_AUTHORITY, Role.PLATFORM_OPERATOR),
    (Role.REGULATOR, Role.PLATFORM_OPERATOR),
    *((Role.AUDITOR, role) for role in Role if role is not Role.AUDITOR),
)
"""Pairs that one organisation may not hold together.

A verifier never owns, brokers or holds (for what it verifies; refused altogether here, which is stricter and
needs no look at each project); an identity authority is never an operator (state.md, Identity of persons);
who makes the rules does not run them; an auditor writes attestations only.
"""


def require_compatible(roles: Iterable[Role]) -> frozenset[Role]:
    """The roles as a set, when one organisation may hold them together.

    Raises:
        Refusal: organisations.roles_incompatible.
    """
    wanted = frozenset(roles)
    for one, other in INCOMPATIBLE:
        if one in wanted and other in wanted:
            raise codes.ROLES_INCOMPATIBLE.at("roles", other, with_role=one)
    return wanted
