"""Refusals about pledged credits (family `pledges`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "pledges.exists",
    Kind.CONFLICT,
    "质押 {value} 已存在",
    "pledge {value} exists already",
)
LIENHOLDER = Code(
    "pledges.lienholder",
    Kind.DENIED,
    "机构 {value} 不能持有质权，状态 {status}，角色 {roles}",
    "organisation {value} cannot hold a lien, it is {status} with roles {roles}",
    ("status", "roles"),
)
NOT_AGREED = Code(
    "pledges.not_agreed",
    Kind.CONFLICT,
    "质押 {value} 未约定受让方，须凭裁判执行",
    "pledge {value} names no agreed receiver, it is enforced by order",
)
