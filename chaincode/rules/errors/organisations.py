"""Refusals about organisations and their roles (family `organisations`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

UNKNOWN = Code(
    "organisations.unknown",
    Kind.MISSING,
    "机构未登记:{value}",
    "no organisation is registered as {value}",
)
ALREADY_REGISTERED = Code(
    "organisations.already_registered",
    Kind.CONFLICT,
    "机构已登记:{value}",
    "organisation {value} is registered already",
)
FOUNDED_ALREADY = Code(
    "organisations.founded_already",
    Kind.CONFLICT,
    "登记簿已由 {by} 设立,{value} 不能再次设立",
    "the registry was founded by {by} and cannot be founded again by {value}",
    ("by",),
)
MSP_MISMATCH = Code(
    "organisations.msp_mismatch",
    Kind.DENIED,
    "机构 {organisation} 登记的 MSP 为 {registered},证书来自 {value}",
    "organisation {organisation} is registered with MSP {registered}, the certificate is of {value}",
    ("organisation", "registered"),
)
NOT_ACTIVE = Code(
    "organisations.not_active",
    Kind.CONFLICT,
    "机构 {value} 状态为 {status},不能办理",
    "organisation {value} is {status}",
    ("status",),
)
STATUS = Code(
    "organisations.status",
    Kind.CONFLICT,
    "机构状态为 {value},只有 {allowed} 状态才能办理",
    "the organisation is {value}; this needs it to be {allowed}",
    ("allowed",),
)
ROLE_NOT_GRANTED = Code(
    "organisations.role_not_granted",
    Kind.DENIED,
    "机构 {organisation} 未被授予所需角色({allowed}):{value}",
    "organisation {organisation} has not been granted {value}; one of {allowed} is needed",
    ("organisation", "allowed"),
)
ROLES_INCOMPATIBLE = Code(
    "organisations.roles_incompatible",
    Kind.CONFLICT,
    "同一机构不得兼任 {value} 与 {with_role}",
    "one organisation may not be {value} and {with_role}",
    ("with_role",),
)
ROLES_UNCHANGED = Code(
    "organisations.roles_unchanged",
    Kind.CONFLICT,
    "机构已具有这些角色:{value}",
    "the organisation has exactly these roles already: {value}",
)
OWN_ORGANISATION = Code(
    "organisations.own_organisation",
    Kind.CONFLICT,
    "主管部门不能对自己的机构办理此事:{value}",
    "a regulator cannot do this to its own organisation: {value}",
)
NOT_OWN = Code(
    "organisations.not_own",
    Kind.DENIED,
    "{field} 属于机构 {owner},{value} 无权办理",
    "{field} belongs to {owner}, not to {value}",
    ("owner",),
)
HOLDS_UNITS = Code(
    "organisations.holds_units",
    Kind.CONFLICT,
    "机构 {value} 仍持有 {quantity} 千克减排量",
    "organisation {value} still holds {quantity} kg of credits",
    ("quantity",),
)
TIED = Code(
    "organisations.tied",
    Kind.CONFLICT,
    "机构 {value} 尚有 {count} 项未了结，其一为 {kind} {reference}",
    "organisation {value} is still part of {count} open records, {kind} {reference} among them",
    ("kind", "reference", "count"),
)
HOLDINGS_MANY = Code(
    "organisations.holdings_many",
    Kind.LIMIT,
    "机构 {value} 名下序号段超过 {limit} 段",
    "organisation {value} has more than {limit} ranges to its name",
    ("limit",),
)
