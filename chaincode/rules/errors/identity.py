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
