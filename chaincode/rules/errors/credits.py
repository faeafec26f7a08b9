"""Refusals about credits and their serials (family `credits`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

RANGE_BACKWARDS = Code(
    "credits.range_backwards",
    Kind.INVALID,
    "{field} 的末号小于首号 {first}：{value}",
    "{field} ends before its first serial {first}: {value}",
    ("first",),
)
RANGE_OUTSIDE = Code(
    "credits.range_outside",
    Kind.CONFLICT,
    "{field} 不在已登记的序号段 {first} 至 {last} 之内：{value}",
    "{field} does not lie within the recorded range {first} to {last}: {value}",
    ("first", "last"),
)
RANGE_ABSENT = Code(
    "credits.range_absent",
    Kind.MISSING,
    "批次 {batch} 没有以 {value} 开头的序号段",
    "batch {batch} has no range that begins with serial {value}",
    ("batch",),
)
RANGE_TWICE = Code(
    "credits.range_twice",
    Kind.INVALID,
    "{field} 中两次列出同一序号段：{value}",
    "{field} lists one recorded range twice: {value}",
)
RANGES_APART = Code(
    "credits.ranges_apart",
    Kind.CONFLICT,
    "{value} 与前一段不相邻，或状态、持有者、限制不同，不能合并",
    "{value} does not continue the range before it with the same state, holder and holds",
)
NOT_ACTIVE = Code(
    "credits.not_active",
    Kind.CONFLICT,
    "序号段 {value} 的状态为 {state}，不再有效",
    "range {value} is {state}, not active",
    ("state",),
)
NOT_HOLDER = Code(
    "credits.not_holder",
    Kind.DENIED,
    "序号段 {value} 的持有者是 {holder}",
    "range {value} is held by {holder}",
    ("holder",),
)
HELD = Code(
    "credits.held",
    Kind.CONFLICT,
    "序号段 {value} 受 {hold}（{reference}）限制，不能转让或注销",
    "range {value} is under {hold} {reference} and can neither move nor retire",
    ("hold", "reference"),
)
HOLD_TWICE = Code(
    "credits.hold_twice",
    Kind.CONFLICT,
    "序号段 {value} 已受 {hold}（{reference}）限制",
    "range {value} is under {hold} {reference} already",
    ("hold", "reference"),
)
HOLD_ABSENT = Code(
    "credits.hold_absent",
    Kind.CONFLICT,
    "序号段 {value} 不受 {hold}（{reference}）限制",
    "range {value} is not under {hold} {reference}",
    ("hold", "reference"),
)
HOLDS_MANY = Code(
    "credits.holds_many",
    Kind.LIMIT,
    "序号段 {value} 的限制已达上限 {limit}",
    "range {value} carries {limit} holds, no more fit",
    ("limit",),
)
SAME_HOLDER = Code(
    "credits.same_holder",
    Kind.INVALID,
    "{field} 已是持有者：{value}",
    "{field} holds the units already: {value}",
)
OFFER_PARTY = Code(
    "credits.offer_party",
    Kind.DENIED,
    "只有 {party} 可以处理要约 {value}",
    "only {party} may answer offer {value}",
    ("party",),
)
OFFER_EXISTS = Code(
    "credits.offer_exists",
    Kind.CONFLICT,
    "要约 {value} 已存在",
    "offer {value} exists already",
)
RETIRE_ON_RECEIPT = Code(
    "credits.retire_on_receipt",
    Kind.CONFLICT,
    "要约 {value} 约定到货即注销，须随接受一并注销",
    "offer {value} is made to be retired on receipt: it is accepted and retired at once",
)
RECEIVER = Code(
    "credits.receiver",
    Kind.CONFLICT,
    "{value} 不能持有减排量：状态 {status}，角色 {roles}",
    "{value} cannot hold credits: it is {status}, its roles are {roles}",
    ("status", "roles"),
)
BATCH_EXISTS = Code(
    "credits.batch_exists",
    Kind.CONFLICT,
    "批次编号 {value} 已被使用",
    "batch id {value} is taken",
)
