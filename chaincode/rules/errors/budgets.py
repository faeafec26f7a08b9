"""Refusals about energy and carbon budgets, readings and red cards (family `budgets`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "budgets.exists",
    Kind.CONFLICT,
    "{field} 已登记：{value}",
    "{field} is recorded already: {value}",
)
SEQUENCE = Code(
    "budgets.sequence",
    Kind.CONFLICT,
    "{field} 应为 {expected}：{value}",
    "{field} must be {expected}: {value}",
    ("expected",),
)
THRESHOLDS = Code(
    "budgets.thresholds",
    Kind.INVALID,
    "预警线须逐个递增：{value}",
    "thresholds must each be above the one before: {value}",
)
METER_UNKNOWN = Code(
    "budgets.meter_unknown",
    Kind.MISSING,
    "机构 {institution} 没有表 {value}",
    "institution {institution} has no meter {value}",
    ("institution",),
)
METERS_MANY = Code(
    "budgets.meters_many",
    Kind.LIMIT,
    "一个机构至多 {limit} 只表：{value}",
    "an institution has at most {limit} meters: {value}",
    ("limit",),
)
READINGS_MANY = Code(
    "budgets.readings_many",
    Kind.LIMIT,
    "一表一月至多 {limit} 个读数：{value}",
    "a meter has at most {limit} readings a month: {value}",
    ("limit",),
)
READING_SOURCE = Code(
    "budgets.reading_source",
    Kind.DENIED,
    "来源 {value} 的读数应由 {expected} 报送",
    "a reading of source {value} comes from {expected}",
    ("expected",),
)
READING_FUTURE = Code(
    "budgets.reading_future",
    Kind.CONFLICT,
    "{value} 尚未结束，今天是 {today}",
    "{value} is not over, today is {today}",
    ("today",),
)
READING_ABSENT = Code(
    "budgets.reading_absent",
    Kind.MISSING,
    "没有第 {value} 号读数，共 {count} 个",
    "there is no reading number {value} of {count}",
    ("count",),
)
NO_BREACH = Code(
    "budgets.no_breach",
    Kind.CONFLICT,
    "用量未超出预算：能耗 {energy}，碳排放 {carbon}：{value}",
    "use is within the budget, energy {energy}, carbon {carbon}: {value}",
    ("energy", "carbon"),
)
UNSETTLED = Code(
    "budgets.unsettled",
    Kind.CONFLICT,
    "尚有 {value} 处读数冲突未裁定",
    "readings of {value} meter months disagree and are not decided",
)
OPEN_CARD = Code(
    "budgets.open_card",
    Kind.CONFLICT,
    "红牌未销：{value}",
    "a red card is not cleared: {value}",
)
PEERS_MANY = Code(
    "budgets.peers_many",
    Kind.LIMIT,
    "同类同档机构超过 {limit} 个：{value}",
    "more than {limit} institutions are of this class and grade: {value}",
    ("limit",),
)
