"""Refusals of state machines (family `states`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

NOT_ALLOWED = Code(
    "states.not_allowed",
    Kind.CONFLICT,
    "{field} 的状态为 {value}，不能变为 {to}；可变为：{allowed}",
    "{field} is {value} and cannot become {to}; it can become: {allowed}",
    ("to", "allowed"),
)
REQUIRED = Code(
    "states.required",
    Kind.CONFLICT,
    "{field} 的状态为 {value}，此处要求：{allowed}",
    "{field} is {value}, what is asked needs it to be: {allowed}",
    ("allowed",),
)
