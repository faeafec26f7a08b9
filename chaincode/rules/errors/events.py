"""Refusals about event dossiers and free assessments (family `events`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "events.exists",
    Kind.CONFLICT,
    "{field} {value} 已存在",
    "{field} {value} exists already",
)
RULES_SHAPE = Code(
    "events.rules_shape",
    Kind.INVALID,
    "规则中的 {field} 重复或未列入类别：{value}",
    "{field} of the rules is named twice or is no category: {value}",
)
RULES_ABSENT = Code(
    "events.rules_absent",
    Kind.CONFLICT,
    "规则版本应为 {expected}：{value}",
    "the version of the rules must be {expected}, not {value}",
    ("expected",),
)
EVENT_KIND = Code(
    "events.kind",
    Kind.CONFLICT,
    "规则不包含此类活动：{value}",
    "the rules know no events of kind {value}",
)
DAYS = Code(
    "events.days",
    Kind.INVALID,
    "{field} 与活动日期 {first} 至 {last} 不符：{value}",
    "{field} {value} does not fit the event's days {first} to {last}",
    ("first", "last"),
)
CATEGORY = Code(
    "events.category",
    Kind.INVALID,
    "排放类别未列入规则或重复：{value}",
    "category {value} is none of the rules', or stands twice",
)
VERIFIER = Code(
    "events.verifier",
    Kind.DENIED,
    "核证机构不得核证自己的活动：{value}",
    "a verifier does not attest its own accounts: {value}",
)
NOT_ATTESTED = Code(
    "events.not_attested",
    Kind.CONFLICT,
    "{field} {value} 的核算尚未经核证",
    "the accounts of {field} {value} are not attested",
)
ATTESTED = Code(
    "events.attested",
    Kind.CONFLICT,
    "{field} {value} 的核算已经核证",
    "the accounts of {field} {value} are attested already",
)
OFFSET_KIND = Code(
    "events.offset_kind",
    Kind.CONFLICT,
    "规则不允许以 {value} 抵消",
    "the rules allow no offset by {value}",
)
OFFSET_USED = Code(
    "events.offset_used",
    Kind.CONFLICT,
    "{value} 已用于 {used_for}",
    "{value} is used for {used_for} already",
    ("used_for",),
)
RETIREMENT = Code(
    "events.retirement",
    Kind.CONFLICT,
    "注销 {value} 的 {mismatch} 与此不符",
    "retirement {value} has another {mismatch}",
    ("mismatch",),
)
OFFSETS_MANY = Code(
    "events.offsets_many",
    Kind.LIMIT,
    "抵消记录达到上限 {limit}：{value}",
    "{value} has {limit} offsets, no more fit",
    ("limit",),
)
NOT_OFFSET = Code(
    "events.not_offset",
    Kind.CONFLICT,
    "可计抵消量 {value} 千克少于排放量 {emissions} 千克",
    "eligible offsets of {value} kg are less than the emissions of {emissions} kg",
    ("emissions",),
)
NOTHING_OFFSET = Code(
    "events.nothing_offset",
    Kind.CONFLICT,
    "没有可计的抵消量：{value}",
    "nothing that counts is offset: {value}",
)
DEADLINE = Code(
    "events.deadline",
    Kind.CONFLICT,
    "声明期限为 {until}，今日为 {value}",
    "the declaration was due by {until}; today is {value}",
    ("until",),
)
THRESHOLD = Code(
    "events.threshold",
    Kind.CONFLICT,
    "认购 {value} 千克未达到免费评价限额 {threshold} 千克",
    "{value} kg subscribed do not reach the threshold of {threshold} kg for a free assessment",
    ("threshold",),
)
OTHER_ACCOUNTS = Code(
    "events.other_accounts",
    Kind.CONFLICT,
    "核算报告已变为 {report}，不是 {value}",
    "the accounts rest on report {report}, not on {value}",
    ("report",),
)
ASSESSOR = Code(
    "events.assessor",
    Kind.CONFLICT,
    "{value} 不是可承担免费评价的核证机构",
    "{value} is no active verifier, or attested the emissions itself",
)
