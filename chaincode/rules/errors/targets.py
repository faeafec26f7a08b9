"""Refusals about targets (family `targets`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "targets.exists",
    Kind.CONFLICT,
    "目标 {value} 已登记",
    "target {value} is recorded already",
)
BASELINE = Code(
    "targets.baseline",
    Kind.INVALID,
    "基准年应早于目标年 {year}：{value}",
    "the baseline year must lie before the year {year}: {value}",
    ("year",),
)
BASELINE_NEEDED = Code(
    "targets.baseline_needed",
    Kind.INVALID,
    "下降目标须有基准年：{value}",
    "a reduction needs its baseline year: {value}",
)
POINTER_TWICE = Code(
    "targets.pointer_twice",
    Kind.INVALID,
    "同一出处列出两次：{value}",
    "one place in the text stands twice: {value}",
)
