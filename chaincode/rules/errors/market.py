"""Refusals of the market lane (family `market`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "market.exists",
    Kind.CONFLICT,
    "{field} {value} 已存在",
    "{field} {value} exists already",
)
PARTY = Code(
    "market.party",
    Kind.DENIED,
    "{value} 无权办理：{field} 由 {allowed} 办理",
    "{value} may not do this to {field}: {allowed} may",
    ("allowed",),
)
SAME_PARTY = Code(
    "market.same_party",
    Kind.INVALID,
    "{field} 不能是自己：{value}",
    "{field} is the caller itself: {value}",
)
PAST = Code(
    "market.past",
    Kind.CONFLICT,
    "{field} 的期限 {until} 已过，今日为 {value}",
    "{field} ended on {until}; today is {value}",
    ("until",),
)
NOT_DUE = Code(
    "market.not_due",
    Kind.CONFLICT,
    "{field} 的期限 {until} 未过，今日为 {value}",
    "{field} runs until {until}; today is {value}",
    ("until",),
)
OVERSOLD = Code(
    "market.oversold",
    Kind.CONFLICT,
    "挂牌剩余 {available} 千克，不足 {value} 千克",
    "the listing has {available} kg left, {value} kg asked",
    ("available",),
)
TERMS_DIFFER = Code(
    "market.terms_differ",
    Kind.CONFLICT,
    "{field} 应为 {expected}：{value}",
    "{field} must be {expected}, not {value}",
    ("expected",),
)
PAYMENT_USED = Code(
    "market.payment_used",
    Kind.CONFLICT,
    "付款凭证 {value} 已用于交易 {trade}",
    "payment {value} was used for trade {trade}",
    ("trade",),
)
NOT_DELIVERY = Code(
    "market.not_delivery",
    Kind.CONFLICT,
    "交易 {value} 未结算，或不是该意向双方之间的交付",
    "trade {value} is not settled, or delivers nothing between the intent's parties",
)
CITATION_KIND = Code(
    "market.citation",
    Kind.INVALID,
    "参考价须同时引用配额与 CCER 价格，缺少 {value}",
    "a reference price cites allowance and CCER prices; {value} is missing",
)
CITATION_DAY = Code(
    "market.citation_day",
    Kind.INVALID,
    "{field} 的日期晚于今日 {today}：{value}",
    "{field} {value} lies after today, {today}",
    ("today",),
)
VERSION = Code(
    "market.version",
    Kind.CONFLICT,
    "参考价版本应为 {expected}：{value}",
    "the version of the reference price must be {expected}, not {value}",
    ("expected",),
)
VALIDITY = Code(
    "market.validity",
    Kind.INVALID,
    "有效期 {first} 至 {last} 无效：{value}",
    "{value} has no validity from {first} to {last}",
    ("first", "last"),
)
ISSUER = Code(
    "market.issuer",
    Kind.CONFLICT,
    "标识 {field} 已停发：{value}",
    "label {field} is {value}: nobody gets it any more",
)
