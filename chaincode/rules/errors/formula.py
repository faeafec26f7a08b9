"""Refusals of formulas and of the inputs they are given (family `formula`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

SIZE = Code(
    "formula.size",
    Kind.LIMIT,
    "公式的 {field} 不得超过 {limit}：{value}",
    "a formula's {field} must not exceed {limit}: {value}",
    ("limit",),
)
MALFORMED = Code(
    "formula.malformed",
    Kind.INVALID,
    "公式 {field} 处应为 {expected}：{value}",
    "formula at {field} must be {expected}: {value}",
    ("expected",),
)
UNKNOWN_NAME = Code(
    "formula.unknown_name",
    Kind.INVALID,
    "公式 {field} 处引用了未声明的 {kind}：{value}",
    "formula at {field} names an undeclared {kind}: {value}",
    ("kind",),
)
UNUSED_NAME = Code(
    "formula.unused_name",
    Kind.INVALID,
    "公式声明了却未使用 {field}：{value}",
    "formula declares {field} and does not use it: {value}",
)
DIVIDES_BY_ZERO = Code(
    "formula.divides_by_zero",
    Kind.INVALID,
    "公式 {field} 处的除数可能为零，其范围为 {low} 至 {high}",
    "formula at {field} may divide by zero: the divisor lies between {low} and {high}",
    ("low", "high"),
)
OVERFLOWS = Code(
    "formula.overflows",
    Kind.INVALID,
    "公式 {field} 处的值可能超出允许范围 {low} 至 {high}：{value}",
    "formula at {field} may leave the range {low} to {high}: {value}",
    ("low", "high"),
)
OUTSIDE_TABLE = Code(
    "formula.outside_table",
    Kind.INVALID,
    "公式 {field} 处的查表键可能落在表外，表的范围为 {low} 至 {high}：{value}",
    "formula at {field} may look up a key outside the table's {low} to {high}: {value}",
    ("low", "high"),
)
VECTOR_DIFFERS = Code(
    "formula.vector_differs",
    Kind.INVALID,
    "测试用例 {field} 应得 {value} 克，公式得出 {computed} 克",
    "test vector {field} expects {value} grams, the formula gives {computed}",
    ("computed",),
)
INPUTS_DIFFER = Code(
    "formula.inputs_differ",
    Kind.INVALID,
    "{field} 应为以下输入，按此顺序：{expected}；收到：{value}",
    "{field} must be these inputs in this order: {expected}; got: {value}",
    ("expected",),
)
INPUT_RANGE = Code(
    "formula.input_range",
    Kind.INVALID,
    "输入 {field} 应在 {low} 至 {high} {unit} 之间：{value}",
    "input {field} must be between {low} and {high} {unit}: {value}",
    ("low", "high", "unit"),
)
