"""Refusals about reductions that people assign to their platform's aggregate (family `aggregates`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

ACCOUNTS_WIDTH = Code(
    "aggregates.accounts_width",
    Kind.INVALID,
    "{field} 的长度 {value} 不是每个 {width} 字节的整数倍，或超过 {limit} 个",
    "{field} has {value} bytes, no whole number of {width}-byte accounts, or more than {limit}",
    ("width", "limit"),
)
ACCOUNT_TWICE = Code(
    "aggregates.account_twice",
    Kind.INVALID,
    "账户 {value} 出现两次",
    "account {value} stands twice",
)
CONSENTED = Code(
    "aggregates.consented",
    Kind.CONFLICT,
    "账户 {value} 的同意仍有效",
    "the consent of account {value} is in force already",
)
NOT_CONSENTED = Code(
    "aggregates.not_consented",
    Kind.CONFLICT,
    "账户 {value} 没有有效的同意",
    "no consent of account {value} is in force",
)
EXISTS = Code(
    "aggregates.exists",
    Kind.CONFLICT,
    "项目 {value} 已是汇总项目",
    "project {value} is an aggregate already",
)
NOT_AGGREGATE = Code(
    "aggregates.not_aggregate",
    Kind.CONFLICT,
    "项目 {value} 不是汇总项目",
    "project {value} is no aggregate",
)
OTHER_PROGRAMME = Code(
    "aggregates.other_programme",
    Kind.CONFLICT,
    "汇总项目 {value} 属于 {programme}",
    "aggregate {value} is of programme {programme}",
    ("programme",),
)
BACKED = Code(
    "aggregates.backed",
    Kind.CONFLICT,
    "活动批次 {value} 已计入 {project} 第 {period} 期",
    "activity batch {value} already backs period {period} of {project}",
    ("project", "period"),
)
PERIOD_CLOSED = Code(
    "aggregates.period_closed",
    Kind.CONFLICT,
    "第 {value} 期状态为 {status}，不能再计入",
    "period {value} is {status}, nothing is assigned to it any more",
    ("status",),
)
PERIOD_NUMBER = Code(
    "aggregates.period_number",
    Kind.CONFLICT,
    "应计入第 {expected} 期：{value}",
    "reductions are assigned to period {expected} now: {value}",
    ("expected",),
)
NOTHING_TO_ASSIGN = Code(
    "aggregates.nothing_to_assign",
    Kind.CONFLICT,
    "活动批次 {value} 中没有已同意且有效的记录",
    "no standing record of activity batch {value} is of an account that consents",
)
BATCHES_MANY = Code(
    "aggregates.batches_many",
    Kind.LIMIT,
    "第 {value} 期至多计入 {limit} 个批次",
    "period {value} takes {limit} batches at most",
    ("limit",),
)
GRAMS_DIFFER = Code(
    "aggregates.grams_differ",
    Kind.CONFLICT,
    "计入的减排量为 {expected} 克，申报 {value} 克",
    "{expected} grams are assigned, not {value}",
    ("expected",),
)
"""Also where a record was reversed after the period was submitted: it goes back to its owner."""
OUTSIDE_PERIOD = Code(
    "aggregates.outside_period",
    Kind.CONFLICT,
    "活动批次 {value} 记录于 {day}，不在第 {period} 期之内",
    "activity batch {value} of {day} lies outside period {period}",
    ("day", "period"),
)
