"""Refusals about remembered requests (family `requests`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

STILL_REMEMBERED = Code(
    "requests.still_remembered",
    Kind.CONFLICT,
    "{value} 的请求须保留 {days} 天,尚不能清理",
    "requests of {value} are kept for {days} days and cannot be deleted yet",
    ("days",),
)
OTHER_DAY = Code(
    "requests.other_day",
    Kind.INVALID,
    "请求编号 {value} 不属于 {day}",
    "request_id {value} is not of day {day}",
    ("day",),
)
