"""Refusals about recalled credits (family `recalls`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "recalls.exists",
    Kind.CONFLICT,
    "召回 {value} 已存在",
    "recall {value} exists already",
)
SCOPE = Code(
    "recalls.scope",
    Kind.INVALID,
    "召回范围 {value} 须在序号 1 至 {quantity} 之内，按序排列且互不重叠",
    "scope {value} must lie within serials 1 to {quantity}, in order and without overlap",
    ("quantity",),
)
DEADLINE = Code(
    "recalls.deadline",
    Kind.INVALID,
    "补足期限 {value} 须在 {today} 之后",
    "replacement by {value} must lie after {today}",
    ("today",),
)
OUT_OF_SCOPE = Code(
    "recalls.out_of_scope",
    Kind.CONFLICT,
    "序号段 {value} 不完全在召回 {recall} 的范围内",
    "range {value} does not lie within the scope of recall {recall}",
    ("recall",),
)
RECALLED_ALREADY = Code(
    "recalls.recalled_already",
    Kind.CONFLICT,
    "序号段 {value} 已由召回 {recall} 标记",
    "range {value} is marked by recall {recall} already",
    ("recall",),
)
NOTHING_DUE = Code(
    "recalls.nothing_due",
    Kind.MISSING,
    "召回 {recall} 未涉及 {value}",
    "recall {recall} owes nothing for {value}",
    ("recall",),
)
TOO_MUCH = Code(
    "recalls.too_much",
    Kind.CONFLICT,
    "所列 {value} 千克超过尚缺的 {missing} 千克",
    "the pieces hold {value} kg, no more than {missing} kg are missing",
    ("missing",),
)
REPLACER = Code(
    "recalls.replacer",
    Kind.DENIED,
    "只有 {allowed} 可以补足，{value} 不可以",
    "replacements come from {allowed}, not from {value}",
    ("allowed",),
)
SAME_UNITS = Code(
    "recalls.same_units",
    Kind.CONFLICT,
    "{value} 在同一召回范围内，不能用于补足",
    "{value} is in the scope of the same recall and replaces nothing",
)
SPANS_MANY = Code(
    "recalls.spans_many",
    Kind.LIMIT,
    "一份注销凭证的补足序号段最多 {limit} 段，现为 {value}",
    "replacements of one certificate stand in {limit} ranges at most, these are {value}",
    ("limit",),
)
ACKNOWLEDGED = Code(
    "recalls.acknowledged",
    Kind.CONFLICT,
    "通知已于 {value} 确认",
    "the notice was acknowledged on {value}",
)
