"""Refusals about units that come from a former registry (family `opening`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "opening.exists",
    Kind.CONFLICT,
    "原登记簿 {value} 的清单已公布",
    "the manifest of registry {value} stands already",
)
CUT_OFF = Code(
    "opening.cut_off",
    Kind.INVALID,
    "截止日须早于 {today}：{value}",
    "the cut-off day must lie before {today}: {value}",
    ("today",),
)
IMPORT_OVER = Code(
    "opening.import_over",
    Kind.CONFLICT,
    "导入已于 {until} 截止：{value}",
    "units could be imported until {until}: {value}",
    ("until",),
)
SIGNATURE = Code(
    "opening.signature",
    Kind.DENIED,
    "原登记簿 {value} 的签名与清单不符",
    "the signature of registry {value} does not fit this manifest",
)
EMPTY = Code(
    "opening.empty",
    Kind.INVALID,
    "清单 {value} 没有任何内容",
    "manifest {value} lists nothing",
)
PROGRAMME = Code(
    "opening.programme",
    Kind.INVALID,
    "清单有 {chunks} 个积分分段，项目不符：{value}",
    "with {chunks} chunks of points this programme does not fit: {value}",
    ("chunks",),
)
PART_UNKNOWN = Code(
    "opening.part_unknown",
    Kind.INVALID,
    "清单没有第 {value} 部分，共 {count} 部分",
    "the manifest has no part {value}, there are {count}",
    ("count",),
)
PART_DONE = Code(
    "opening.part_done",
    Kind.CONFLICT,
    "第 {value} 部分已导入",
    "part {value} is imported already",
)
PART_DIFFERS = Code(
    "opening.part_differs",
    Kind.CONFLICT,
    "第 {part} 部分与清单不符：{value}，应为 {expected}",
    "part {part} is not what the manifest lists: {value}, expected {expected}",
    ("part", "expected"),
)
LINES_WIDTH = Code(
    "opening.lines_width",
    Kind.INVALID,
    "{field} 的长度 {value} 不是每行 {width} 字节的整数倍，或超过 {limit} 行",
    "{field} has {value} bytes, no whole number of {width}-byte lines, or more than {limit}",
    ("width", "limit"),
)
ACCOUNT_TWICE = Code(
    "opening.account_twice",
    Kind.INVALID,
    "账户 {value} 同一到期日出现两次",
    "account {value} stands twice with one last day",
)
ACCOUNT_CLOSED = Code(
    "opening.account_closed",
    Kind.CONFLICT,
    "账户 {value} 已销户",
    "account {value} is closed",
)
EXPIRED = Code(
    "opening.expired",
    Kind.INVALID,
    "账户 {value} 的积分在截止日 {cut_off} 前已到期",
    "points of account {value} had expired before the cut-off {cut_off}",
    ("cut_off",),
)
INCOMPLETE = Code(
    "opening.incomplete",
    Kind.INVALID,
    "批次序列号须由 1 至 {quantity} 连续且不重复：{value}",
    "serials must run from 1 to {quantity} without gap or overlap: {value}",
    ("quantity",),
)
