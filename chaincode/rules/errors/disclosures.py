"""Refusals about totals shown to a bank (family `disclosures`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "disclosures.exists",
    Kind.CONFLICT,
    "披露 {value} 已存在",
    "disclosure {value} exists already",
)
BANK = Code(
    "disclosures.bank",
    Kind.CONFLICT,
    "{value} 不是可查看披露的金融机构：状态 {status}，角色 {roles}",
    "{value} is no bank that a total is shown to, it is {status} with roles {roles}",
    ("status", "roles"),
)
PERIOD = Code(
    "disclosures.period",
    Kind.INVALID,
    "披露期间自 {first_day} 至 {value}，须已结束且不超过 {limit} 天",
    "the period from {first_day} to {value} must be over and have {limit} days at most",
    ("first_day", "limit"),
)
UNTIL = Code(
    "disclosures.until",
    Kind.INVALID,
    "可查看截止日 {value} 须不早于 {today}，且不超过 {limit} 天",
    "a disclosure until {value} must not end before {today}, nor run for more than {limit} days",
    ("today", "limit"),
)
EXPIRED = Code(
    "disclosures.expired",
    Kind.CONFLICT,
    "披露已于 {until} 到期，{value} 不能再查看",
    "the disclosure ended on {until}, on {value} it is not shown any more",
    ("until",),
)
OPENING = Code(
    "disclosures.opening",
    Kind.CONFLICT,
    "所给数额或盐值与披露 {value} 的承诺不符",
    "the figures or the salt do not open the commitment of disclosure {value}",
)
