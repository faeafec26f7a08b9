"""Refusals of single values: amounts, days, ids (family `value`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

NOT_AN_INTEGER = Code(
    "value.not_an_integer",
    Kind.INVALID,
    "{field} 应为十进制整数,不得有前导零或小数:{value}",
    "{field} must be a decimal integer without leading zeros or fraction: {value}",
)
OUT_OF_RANGE = Code(
    "value.out_of_range",
    Kind.INVALID,
    "{field} 超出允许范围 {low} 至 {high}:{value}",
    "{field} must be between {low} and {high}: {value}",
    ("low", "high"),
)
NOT_A_DAY = Code(
    "value.not_a_day",
    Kind.INVALID,
    "{field} 应为日期 YYYY-MM-DD:{value}",
    "{field} must be a calendar day YYYY-MM-DD: {value}",
)
NOT_A_USCC = Code(
    "value.not_a_uscc",
    Kind.INVALID,
    "{field} 不是有效的统一社会信用代码:{value}",
    "{field} is not a unified social credit code: {value}",
)
USCC_CHECK = Code(
    "value.uscc_check",
    Kind.INVALID,
    "{field} 的校验码应为 {expected}:{value}",
    "{field} has a wrong check character, expected {expected}: {value}",
    ("expected",),
)
NOT_A_REGION = Code(
    "value.not_a_region",
    Kind.INVALID,
    "{field} 不是有效的行政区划代码:{value}",
    "{field} is not an administrative division code: {value}",
)
NOT_A_HASH = Code(
    "value.not_a_hash",
    Kind.INVALID,
    "{field} 应为 64 位小写十六进制的 SHA-256:{value}",
    "{field} must be a SHA-256 as 64 lowercase hex digits: {value}",
)
NOT_AN_ID = Code(
    "value.not_an_id",
    Kind.INVALID,
    "{field} 只能含小写字母、数字、点、下划线和连字符,长度不超过 {limit}:{value}",
    "{field} must be lowercase letters, digits, dot, underscore and hyphen, {limit} at most: {value}",
    ("limit",),
)
TEXT_LENGTH = Code(
    "value.text_length",
    Kind.INVALID,
    "{field} 长度应为 {low} 至 {high} 个字符:{value}",
    "{field} must have {low} to {high} characters: {value}",
    ("low", "high"),
)
CALENDAR_END = Code(
    "value.calendar_end",
    Kind.CONFLICT,
    "工作日历 {version} 只覆盖到 {until}:{value}",
    "working-day calendar {version} covers days until {until} only: {value}",
    ("version", "until"),
)
