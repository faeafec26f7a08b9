"""Refusals about methodologies (family `methodologies`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

VERSION_ORDER = Code(
    "methodologies.version_order",
    Kind.CONFLICT,
    "方法学 {methodology} 的下一版本应为 {expected}：{value}",
    "the next version of methodology {methodology} is {expected}: {value}",
    ("methodology", "expected"),
)
NOT_DEVELOPER = Code(
    "methodologies.not_developer",
    Kind.DENIED,
    "方法学 {value} 由 {developer} 编制",
    "methodology {value} is developed by {developer}",
    ("developer",),
)
PIN_DIFFERS = Code(
    "methodologies.pin_differs",
    Kind.CONFLICT,
    "版本 {version} 的哈希为 {expected}，与 {field} 不符：{value}",
    "version {version} has the hash {expected}, which is not {field}: {value}",
    ("version", "expected"),
)
GROUP_TERMS = Code(
    "methodologies.group_terms",
    Kind.CONFLICT,
    "互斥组 {value} 已规定时段 {slot}、申报期 {claim_days} 天，同组方法学须一致",
    "exclusion group {value} has slots of {slot} and {claim_days} days to claim; they must agree",
    ("slot", "claim_days"),
)
GROUP_TAKEN = Code(
    "methodologies.group_taken",
    Kind.CONFLICT,
    "互斥组 {value} 的编号与 {other} 冲突，请改名",
    "exclusion group {value} has the same number as {other}: choose another name",
    ("other",),
)
WRONG_LANE = Code(
    "methodologies.wrong_lane",
    Kind.CONFLICT,
    "方法学 {value} 用于 {lane}，不能用于此处",
    "methodology {value} is for {lane}, not for this",
    ("lane",),
)
CREDITING_MISSING = Code(
    "methodologies.crediting_missing",
    Kind.INVALID,
    "用于 activities 的方法学必须写明 {field}，用于 projects 的不得写：{value}",
    "a methodology for activities needs {field}, one for projects has none: {value}",
)
OWN_WORK = Code(
    "methodologies.own_work",
    Kind.DENIED,
    "不得评审本机构编制的方法学 {value}",
    "an organisation does not assess its own methodology {value}",
)
NOT_FILED = Code(
    "methodologies.not_filed",
    Kind.CONFLICT,
    "方法学 {value} 的状态为 {status}，未备案",
    "methodology {value} is {status}, not filed",
    ("status",),
)
