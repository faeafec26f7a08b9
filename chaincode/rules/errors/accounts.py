"""Refusals about accounts (family `accounts`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

ALREADY_OPEN = Code(
    "accounts.already_open",
    Kind.CONFLICT,
    "账户已存在:{value}",
    "account {value} exists already",
)
NOT_ACTIVE = Code(
    "accounts.not_active",
    Kind.CONFLICT,
    "{field} 账户 {value} 状态为 {state},不能办理",
    "{field} {value} is {state}",
    ("state",),
)
STATE = Code(
    "accounts.state",
    Kind.CONFLICT,
    "账户状态为 {value},只有 {allowed} 状态才能办理",
    "the account is {value}; this needs it to be {allowed}",
    ("allowed",),
)
FROZEN_BY_REGULATOR = Code(
    "accounts.frozen_by_regulator",
    Kind.DENIED,
    "账户 {value} 由主管部门冻结,只能由主管部门解冻",
    "account {value} was frozen by the regulator, and only a regulator releases it",
)
NOT_EMPTY = Code(
    "accounts.not_empty",
    Kind.CONFLICT,
    "账户尚有积分 {value}、欠分 {debt},不能注销",
    "the account holds {value} points and owes {debt}",
    ("debt",),
)
UNIT_NEEDED = Code(
    "accounts.unit_needed",
    Kind.INVALID,
    "单位账户须写明机构,个人账户不得写明:{value}",
    "a unit account names its organisation and a personal one does not: {value}",
)
NOT_A_UNIT = Code(
    "accounts.not_a_unit",
    Kind.INVALID,
    "{value} 不是单位账户",
    "{value} is no unit account",
)
NOT_A_PERSON = Code(
    "accounts.not_a_person",
    Kind.INVALID,
    "{value} 不是个人账户",
    "{value} is no personal account",
)
ORDER_NEEDED = Code(
    "accounts.order_needed",
    Kind.INVALID,
    "主管部门冻结账户须写明文书编号:{value}",
    "a regulator's freeze cites its order: {value}",
)
