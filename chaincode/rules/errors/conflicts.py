"""Refusals about sites that another project or scheme counts already (family `conflicts`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

CLAIMED = Code(
    "conflicts.claimed",
    Kind.CONFLICT,
    "地点 {value} 的 {activity} 已在 {scheme} 登记（{reference}），{first_day} 至 {last_day} 与本期重叠",
    "{activity} at site {value} is counted in {scheme} as {reference}, from {first_day} to {last_day}, which overlaps",
    ("activity", "scheme", "reference", "first_day", "last_day"),
)
EXISTS = Code(
    "conflicts.exists",
    Kind.CONFLICT,
    "{scheme} 的登记 {value} 已记录于该地点",
    "{value} of {scheme} is recorded at that site already",
    ("scheme",),
)
BACKWARDS = Code(
    "conflicts.backwards",
    Kind.INVALID,
    "{field} 早于开始日 {first_day}：{value}",
    "{field} lies before the first day {first_day}: {value}",
    ("first_day",),
)
SITE_TWICE = Code(
    "conflicts.site_twice",
    Kind.INVALID,
    "地点 {value} 重复申报",
    "site {value} is declared twice",
)
CLAIMS_MANY = Code(
    "conflicts.claims_many",
    Kind.LIMIT,
    "地点 {value} 的登记超过 {limit} 条",
    "more than {limit} claims stand at site {value}",
    ("limit",),
)
"""A bound on what one site's look-up reads; no site has so many."""
