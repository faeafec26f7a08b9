"""Refusals about persons known to an identity authority (family `identity`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

GROUP_NOT_SHARED = Code(
    "identity.group_not_shared",
    Kind.CONFLICT,
    "互斥组 {value} 未指定身份机构",
    "exclusion group {value} names no identity authority",
)
NOT_AUTHORITY = Code(
    "identity.not_authority",
    Kind.DENIED,
    "{field} 由身份机构 {authority} 负责,不是 {value}",
    "{field} belongs to identity authority {authority}, not to {value}",
    ("authority",),
)
AUTHORITY_ROLE = Code(
    "identity.authority_role",
    Kind.CONFLICT,
    "{value} 不是有效的身份机构",
    "{value} is no active identity authority",
)
BINDINGS_WIDTH = Code(
    "identity.bindings_width",
    Kind.INVALID,
    "{field} 的长度 {value} 不是每条 {width} 字节的 1 至 {limit} 条",
    "{field} has {value} bytes: 1 to {limit} bindings of {width} bytes are wanted",
    ("width", "limit"),
)
BOUND_OTHERWISE = Code(
    "identity.bound_otherwise",
    Kind.CONFLICT,
    "账户 {value} 在该月已绑定另一凭据",
    "account {value} is bound to another bucket for this month",
)
BOUND_TWICE = Code(
    "identity.bound_twice",
    Kind.INVALID,
    "账户 {value} 在同一批中出现两次",
    "account {value} stands twice in the batch",
)
SLOT_GROUP = Code(
    "identity.slot_group",
    Kind.INVALID,
    "时段 {value} 不属于排他组 {group}",
    "slot {value} is not one of group {group}",
    ("group",),
)
GROUP_MODE = Code(
    "identity.group_mode",
    Kind.CONFLICT,
    "排他组 {value} 使用 {identity}",
    "group {value} uses {identity}",
    ("identity",),
)
STILL_CLAIMABLE = Code(
    "identity.still_claimable",
    Kind.CONFLICT,
    "时段 {value} 至 {until} 仍可申领",
    "slot {value} can be claimed until {until}",
    ("until",),
)
MONTH_EARLY = Code(
    "identity.month_early",
    Kind.CONFLICT,
    "目前至多可绑定至 {latest}：{value}",
    "months up to {latest} can be bound now: {value}",
    ("latest",),
)
CHANGE_EARLY = Code(
    "identity.change_early",
    Kind.CONFLICT,
    "变更最早自 {earliest} 起生效：{value}",
    "a change takes effect from {earliest} on at the earliest: {value}",
    ("earliest",),
)
CHANGES_MANY = Code(
    "identity.changes_many",
    Kind.LIMIT,
    "排他组 {value} 的变更超过 {limit} 次",
    "group {value} had {limit} changes of its authority already",
    ("limit",),
)
