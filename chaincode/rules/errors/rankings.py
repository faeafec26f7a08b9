"""Refusals about rankings (family `rankings`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

RECORDS_MANY = Code(
    "rankings.records_many",
    Kind.LIMIT,
    "一次排名至多读取 {limit} 条记录，请用 rankings:Tally 分页汇总：{value}",
    "one ranking reads {limit} records at most, add up the pages of rankings:Tally instead: {value}",
    ("limit",),
)
BACKWARDS = Code(
    "rankings.backwards",
    Kind.INVALID,
    "{field} 早于开始日 {first_day}：{value}",
    "{field} lies before the first day {first_day}: {value}",
    ("first_day",),
)
