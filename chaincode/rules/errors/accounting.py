"""Refusals about accounting data (family `accounting`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

PERIOD = Code(
    "accounting.period",
    Kind.INVALID,
    "会计期间自 {first} 至 {value}，起始月不得晚于结束月",
    "the period from {first} to {value} ends before it begins",
    ("first",),
)
OPEN_MONTH = Code(
    "accounting.open_month",
    Kind.CONFLICT,
    "{value} 尚未结束，{first} 日起方可结转",
    "{value} is not over, it is carried forward from {first} on",
    ("first",),
)
CARRIED = Code(
    "accounting.carried",
    Kind.CONFLICT,
    "{value} 已结转",
    "{value} is carried forward already",
)
NOTHING = Code(
    "accounting.nothing",
    Kind.MISSING,
    "{value} 没有可结转的变动",
    "there is nothing of {value} to carry forward",
)
ROWS_MANY = Code(
    "accounting.rows_many",
    Kind.LIMIT,
    "未结转的变动超过 {limit} 条，请先按月结转：{value}",
    "more than {limit} movements of {value} are not carried forward: carry months forward first",
    ("limit",),
)
