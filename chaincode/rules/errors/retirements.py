"""Refusals about retirements (family `retirements`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "retirements.exists",
    Kind.CONFLICT,
    "注销编号 {value} 已存在",
    "retirement {value} exists already",
)
BENEFICIARY = Code(
    "retirements.beneficiary",
    Kind.INVALID,
    "{field} 须为机构或个人承诺之一，且只能有一项：{value}",
    "{field} is either an organisation or a person's commitment, exactly one of the two: {value}",
)
REFERENCE = Code(
    "retirements.reference",
    Kind.INVALID,
    "用途为 {value} 时须写明案号、活动或配额编号",
    "a retirement for {value} names its case, event or quota",
)
CLIENT = Code(
    "retirements.client",
    Kind.DENIED,
    "只有交易机构或碳中和服务商可以代他人注销：{value}",
    "only an exchange or a broker retires on behalf of another: {value}",
)
