"""Refusals about credits in trust (family `trusts`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "trusts.exists",
    Kind.CONFLICT,
    "信托 {value} 已存在",
    "trust {value} exists already",
)
PARTY = Code(
    "trusts.party",
    Kind.DENIED,
    "只有 {allowed} 可以办理，{value} 不可以",
    "only {allowed} may do this, {value} may not",
    ("allowed",),
)
SAME_PARTY = Code(
    "trusts.same_party",
    Kind.INVALID,
    "受托人不能同时是委托人或受益人：{value}",
    "the trustee is neither the settlor nor the beneficiary: {value}",
)
RUNNING = Code(
    "trusts.running",
    Kind.CONFLICT,
    "信托期限至 {until}，{value} 日受益人尚不能自行取回",
    "the trust runs until {until}, on {value} its beneficiary cannot take the units itself yet",
    ("until",),
)
OVER = Code(
    "trusts.over",
    Kind.INVALID,
    "信托期限 {value} 不在 {today} 之后",
    "a trust until {value} is over by {today}",
    ("today",),
)
NOT_WHOLE = Code(
    "trusts.not_whole",
    Kind.INVALID,
    "更换受托人须一次移交全部 {remaining} 千克，所列为 {value}",
    "a new trustee takes all {remaining} kg at once, the pieces hold {value}",
    ("remaining",),
)
