"""Refusals about bundled projects (family `bundles`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "bundles.exists",
    Kind.CONFLICT,
    "项目 {value} 已设打捆",
    "project {value} is bundled already",
)
MEMBER_EXISTS = Code(
    "bundles.member_exists",
    Kind.CONFLICT,
    "机构 {value} 已在打捆名单中",
    "organisation {value} stands in the bundle already",
)
MEMBERS_MANY = Code(
    "bundles.members_many",
    Kind.LIMIT,
    "打捆成员至多 {limit} 个，不能再邀请 {value}",
    "a bundle has {limit} members at most, {value} cannot be invited",
    ("limit",),
)
BOUNDARY_TWICE = Code(
    "bundles.boundary_twice",
    Kind.CONFLICT,
    "边界文件 {value} 已属另一成员",
    "boundary {value} is another member's already",
)
PARTS_LEFT = Code(
    "bundles.parts_left",
    Kind.CONFLICT,
    "可分配份额剩 {left}，不足 {value}",
    "{left} parts are left to give, not {value}",
    ("left",),
)
NOT_INVITED = Code(
    "bundles.not_invited",
    Kind.CONFLICT,
    "机构 {value} 没有待接受的邀请",
    "organisation {value} has no open invitation",
)
NOT_MEMBER = Code(
    "bundles.not_member",
    Kind.CONFLICT,
    "机构 {value} 不在打捆名单中",
    "organisation {value} does not stand in the bundle",
)
PROJECT_OVER = Code(
    "bundles.project_over",
    Kind.CONFLICT,
    "项目 {value} 状态为 {status}，不能变更打捆",
    "project {value} is {status}, its bundle does not change any more",
    ("status",),
)
STILL_ACTIVE = Code(
    "bundles.still_active",
    Kind.CONFLICT,
    "机构 {value} 状态为 {status}，仅可由其自行退出",
    "organisation {value} is {status}, it leaves by itself",
    ("status",),
)
OWNER_INVITED = Code(
    "bundles.owner_invited",
    Kind.INVALID,
    "业主 {value} 持有未分配的份额，不必邀请",
    "owner {value} has the parts that nobody else has, and is not invited",
)
PARTS_OFFERED = Code(
    "bundles.parts_offered",
    Kind.CONFLICT,
    "邀请的份额为 {offered}，不是 {value}",
    "the invitation is for {offered} parts, not {value}",
    ("offered",),
)
