"""Refusals about projects and their monitoring (family `projects`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "projects.exists",
    Kind.CONFLICT,
    "项目 {value} 已存在",
    "project {value} exists already",
)
NAME_LONG = Code(
    "projects.name_long",
    Kind.INVALID,
    "批次编号的前缀超过 {limit} 个字符：{value}",
    "the batch ids of this project would begin with more than {limit} characters: {value}",
    ("limit",),
)
PERIOD_BACKWARDS = Code(
    "projects.period_backwards",
    Kind.INVALID,
    "{field} 早于开始日 {first_day}：{value}",
    "{field} lies before the first day {first_day}: {value}",
    ("first_day",),
)
PERIOD_OVERLAP = Code(
    "projects.period_overlap",
    Kind.CONFLICT,
    "监测期与此前各期重叠，应始于 {monitored_until} 之后：{value}",
    "the monitoring period must begin after {monitored_until}, the end of the one before: {value}",
    ("monitored_until",),
)
PERIOD_OUTSIDE = Code(
    "projects.period_outside",
    Kind.CONFLICT,
    "监测期应在计入期 {first_day} 至 {last_day} 之内：{value}",
    "the monitoring period must lie within the crediting period {first_day} to {last_day}: {value}",
    ("first_day", "last_day"),
)
PERIOD_OPEN = Code(
    "projects.period_open",
    Kind.CONFLICT,
    "第 {value} 期监测尚未签发",
    "monitoring period {value} is not issued yet",
)
PERIOD_FUTURE = Code(
    "projects.period_future",
    Kind.CONFLICT,
    "监测期须在 {today} 之前结束：{value}",
    "the monitoring period must have ended before {today}: {value}",
    ("today",),
)
PERIOD_NUMBER = Code(
    "projects.period_number",
    Kind.CONFLICT,
    "下一监测期的编号应为 {expected}：{value}",
    "the next monitoring period is number {expected}: {value}",
    ("expected",),
)
OWN_WORK = Code(
    "projects.own_work",
    Kind.DENIED,
    "不得审定或核证本机构的项目 {value}",
    "an organisation does not validate or verify its own project {value}",
)
"""Verifiers own nothing as roles go; this holds even where roles changed after the project was drafted."""
QUANTITY_DIFFERS = Code(
    "projects.quantity_differs",
    Kind.CONFLICT,
    "第 {period} 期应全部签发 {expected} 千克：{value}",
    "period {period} issues its whole quantity of {expected} kg: {value}",
    ("period", "expected"),
)
NOTHING_TO_ISSUE = Code(
    "projects.nothing_to_issue",
    Kind.CONFLICT,
    "第 {value} 期连同结转不足一千克：{grams} 克",
    "period {value} has less than a kilogram, carried grams included: {grams} g",
    ("grams",),
)
BUFFER_HOLDER = Code(
    "projects.buffer_holder",
    Kind.INVALID,
    "缓冲比例为 {basis_points} 基点，缓冲账户不符：{value}",
    "with a buffer of {basis_points} basis points this buffer holder does not fit: {value}",
    ("basis_points",),
)
EVIDENCE_DIFFERS = Code(
    "projects.evidence_differs",
    Kind.CONFLICT,
    "{field} 应为已提交的 {expected}：{value}",
    "{field} must be {expected}, which was submitted: {value}",
    ("expected",),
)
