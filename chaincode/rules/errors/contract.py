"""Sentences for the refusals that the contract layer makes itself (family `contract`).

The contract layer knows nothing of this catalogue: it has the same names in its own `codes.py`, and a test
holds the two together.
"""

from tanhui.chaincode.rules.errors.code import Code, Kind

FUNCTION_UNKNOWN = Code(
    "contract.function_unknown",
    Kind.MISSING,
    "没有名为 {value} 的交易函数",
    "there is no function {value}",
)
ARGUMENT_COUNT = Code(
    "contract.argument_count",
    Kind.INVALID,
    "交易函数只接受 {expected} 个参数,收到 {value} 个",
    "a function takes {expected} argument, got {value}",
    ("expected",),
)
ARGUMENT_SIZE = Code(
    "contract.argument_size",
    Kind.LIMIT,
    "参数为 {value} 字节,超过上限 {limit}",
    "the argument has {value} bytes, {limit} at most",
    ("limit",),
)
ARGUMENT_MALFORMED = Code(
    "contract.argument_malformed",
    Kind.INVALID,
    "参数不是合法的 JSON({reason}):{value}",
    "the argument is not JSON ({reason}): {value}",
    ("reason",),
)
ARGUMENT_NOT_CANONICAL = Code(
    "contract.argument_not_canonical",
    Kind.INVALID,
    "参数不是 RFC 8785 规范化的 JSON:{value}",
    "the argument is not RFC 8785 canonical JSON: {value}",
)
ARGUMENT_VALUE = Code(
    "contract.argument_value",
    Kind.INVALID,
    "参数 {field} 不合要求({reason}):{value}",
    "{field} is not acceptable ({reason}): {value}",
    ("reason",),
)
CALLER_UNREADABLE = Code(
    "contract.caller_unreadable",
    Kind.DENIED,
    "无法读取提交者的证书:{value}",
    "the creator's certificate cannot be read: {value}",
)
CALLER_ATTRIBUTE = Code(
    "contract.caller_attribute",
    Kind.DENIED,
    "{msp} 的证书缺少属性 {field}",
    "the certificate of {msp} lacks the attribute {field}",
    ("msp",),
)
CALLER_ROLE = Code(
    "contract.caller_role",
    Kind.DENIED,
    "证书角色 {value} 不能调用 {function},需要 {allowed}",
    "{function} needs a certificate for {allowed}, not {value}",
    ("function", "allowed"),
)
REQUEST_REUSED = Code(
    "contract.request_reused",
    Kind.CONFLICT,
    "请求编号 {value} 已用于内容不同的请求",
    "request_id {value} was used for another request",
)
REQUEST_DAY = Code(
    "contract.request_day",
    Kind.INVALID,
    "请求编号 {value} 的日期应在 {today} 之前 {days} 天之内",
    "the day in request_id {value} must lie within {days} days before {today}",
    ("today", "days"),
)
RECORD_ABSENT = Code(
    "contract.record_absent",
    Kind.MISSING,
    "没有编号为 {value} 的记录({field})",
    "there is no {field} {value}",
)
BOOKMARK = Code(
    "contract.bookmark",
    Kind.INVALID,
    "书签不属于本查询:{value}",
    "the bookmark belongs to another query: {value}",
)
PROPOSAL_CLOSED = Code(
    "contract.proposal_closed",
    Kind.CONFLICT,
    "提议 {value} 状态为 {state},不能再办理",
    "proposal {value} is {state}",
    ("state",),
)
WRITE_LIMIT = Code(
    "contract.write_limit",
    Kind.LIMIT,
    "一次交易写入 {value} 个键,超过上限 {limit}",
    "the transaction writes {value} keys, {limit} at most",
    ("limit",),
)
FAULT = Code(
    "contract.fault",
    Kind.CONFLICT,
    "交易 {value} 内部出错,未作任何更改",
    "transaction {value} failed inside; nothing was changed",
)
