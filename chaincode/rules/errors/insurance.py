"""Refusals about insured credits (family `insurance`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "insurance.exists",
    Kind.CONFLICT,
    "保单 {value} 已存在",
    "policy {value} exists already",
)
PARTY = Code(
    "insurance.party",
    Kind.DENIED,
    "只有 {allowed} 可以办理，{value} 不可以",
    "only {allowed} may do this, {value} may not",
    ("allowed",),
)
SAME_PARTY = Code(
    "insurance.same_party",
    Kind.INVALID,
    "保险人不能承保自己：{value}",
    "{value} cannot insure itself",
)
PERIOD = Code(
    "insurance.period",
    Kind.INVALID,
    "保险期间自 {value} 至 {last_day}，须始于 {today} 之后，且不早于起始日结束",
    "cover from {value} to {last_day} must begin after {today} and end no earlier than it begins",
    ("today", "last_day"),
)
NOT_COVERED = Code(
    "insurance.not_covered",
    Kind.CONFLICT,
    "召回公告日 {value} 不在保险期间 {first_day} 至 {last_day} 内",
    "the recall was announced on {value}, the cover is from {first_day} to {last_day}",
    ("first_day", "last_day"),
)
NOTHING_COVERED = Code(
    "insurance.nothing_covered",
    Kind.CONFLICT,
    "召回中属于承保序号的有 {value} 千克，尚缺 {missing} 千克，无可索赔",
    "{value} kg of the recall are covered and {missing} kg are missing, nothing is to be claimed",
    ("missing",),
)
TOO_MUCH = Code(
    "insurance.too_much",
    Kind.CONFLICT,
    "所列 {value} 千克超过索赔的 {claimed} 千克",
    "the pieces hold {value} kg, the claim is for {claimed}",
    ("claimed",),
)
RUNNING = Code(
    "insurance.running",
    Kind.CONFLICT,
    "保险期间至 {until}，保险人在 {value} 日不能单方终止",
    "the cover runs until {until}, its insurer cannot end it on {value}",
    ("until",),
)
