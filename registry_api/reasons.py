r"""What a JSON reader says of a wrong value, in the reader's language.

The contract and the intake read JSON with msgspec, which explains itself in English and shows the pattern that a text
must match as Python writes it. Here its sentences become Chinese, and `$(?!\n)`, which only keeps Python's `$` from
passing over a newline, becomes the `$` that everybody knows; a pattern of the contract becomes words in both
languages (pattern_words.py). Pure; a sentence that is not known stays as it is.
"""

import re
from collections.abc import Callable
from typing import Final

from tanhui.registry_api.languages import Language
from tanhui.registry_api.pattern_words import pattern_words

_KINDS: Final = {
    "int": "整数",
    "str": "文本",
    "bool": "布尔值",
    "array": "列表",
    "object": "对象",
    "null": "空值",
    "float": "小数",
    "date": "日期",
    "datetime": "时间",
    "bytes": "base64 数据",
}
_COMPARISONS: Final = {"<=": "不超过", ">=": "不小于", "<": "小于", ">": "大于"}
_LENGTHS: Final = {"<=": "至多", ">=": "至少"}


def _kinds(text: str) -> str:
    """`int`, or `int | null`."""
    return "或".join(_KINDS.get(kind.strip(), kind.strip()) for kind in text.split("|"))


def _shape(pattern: str) -> str:
    words = pattern_words("zh", pattern)
    return f" {words}" if words and words[0].isascii() else words


def _listed(names: str) -> str:
    return "空" if names == "none" else names.replace(", ", "、")


def _characters(found: re.Match[str]) -> str:
    return f"{'至多' if found[1] == 'most' else '至少'} {found[2]} 个字符"


_Rendering = Callable[[re.Match[str]], str]
_SENTENCES: Final[tuple[tuple[re.Pattern[str], _Rendering], ...]] = (
    (re.compile(r"(.+) - at `(.+)`", re.DOTALL), lambda m: f"{reason_in('zh', m[1])}(位于 {m[2]})"),
    (
        re.compile(r"Expected `(.+?)`, got `(.+?)`"),
        lambda m: f"应为{_kinds(m[1])},实为{_kinds(m[2])}",
    ),
    (
        re.compile(r"Expected `(.+?)` matching regex '(.*)'", re.DOTALL),
        lambda m: f"应为{_shape(m[2]) or f'符合 {m[2]} 的{_kinds(m[1])}'}",
    ),
    (
        re.compile(r"Expected `(.+?)` of length (<=|>=) (\d+)"),
        lambda m: f"应为长度{_LENGTHS[m[2]]} {m[3]} 的{_kinds(m[1])}",
    ),
    (
        re.compile(r"Expected `(.+?)` of length (\d+)(?:, got (\d+))?"),
        lambda m: f"应为长度 {m[2]} 的{_kinds(m[1])}",
    ),
    (
        re.compile(r"Expected `(.+?)` of at least length (\d+)"),
        lambda m: f"应为长度至少 {m[2]} 的{_kinds(m[1])}",
    ),
    (
        re.compile(r"Expected `(.+?)` (<=|>=|<|>) (-?\d+)"),
        lambda m: f"应为{_COMPARISONS[m[2]]} {m[3]} 的{_kinds(m[1])}",
    ),
    (re.compile(r"Object missing required field `(.+)`"), lambda m: f"缺少必填字段 {m[1]}"),
    (re.compile(r"Object contains unknown field `(.+)`"), lambda m: f"含有未知字段 {m[1]}"),
    (re.compile(r"Invalid enum value (.+)", re.DOTALL), lambda m: f"{m[1]} 不在可选值之中"),
    (re.compile(r"Invalid base64 encoded string"), lambda _: "不是有效的 base64"),
    (re.compile(r"Invalid date"), lambda _: "不是有效的日期"),
    (re.compile(r"JSON is malformed: (.+) \(byte (\d+)\)"), lambda m: f"第 {m[2]} 字节处 JSON 格式有误"),
    (re.compile(r"JSON is malformed: .+"), lambda _: "JSON 格式有误"),
    (re.compile(r"Input data was truncated"), lambda _: "JSON 不完整"),
    (re.compile(r"not a JSON object: (.+)", re.DOTALL), lambda m: f"不是 JSON 对象:{reason_in('zh', m[1])}"),
    (re.compile(r"not a JSON object"), lambda _: "不是 JSON 对象"),
    (re.compile(r"not CSV in UTF-8: .+", re.DOTALL), lambda _: "不是 UTF-8 编码的 CSV"),
    (re.compile(r"(\d+) cells under (\d+) names"), lambda m: f"{m[2]} 个列名下有 {m[1]} 个单元格"),
    (re.compile(r"the line is too long"), lambda _: "该行过长"),
    (re.compile(r"the activity is too long"), lambda _: "该条活动过长"),
    (re.compile(r"the file is in UTF-16: .+"), lambda _: "文件为 UTF-16 编码,请另存为 UTF-8 编码的 CSV"),
    (re.compile(r"the separator is '(.+)': .+"), lambda m: f"分隔符为“{m[1]}”,应为逗号"),
    (re.compile(r"the header lacks (.+)"), lambda m: f"表头缺少列 {_listed(m[1])}"),
    (re.compile(r"the file is empty"), lambda _: "文件为空"),
    (re.compile(r"no line follows the header"), lambda _: "表头之下没有数据行"),
    (re.compile(r"the header has an empty or repeated name"), lambda _: "表头有空的或重复的列名"),
    (re.compile(r"inputs are (.+), not (.+)"), lambda m: f"输入为 {_listed(m[1])},应为 {_listed(m[2])}"),
    (re.compile(r"input (\S+) is no integer: (.*)", re.DOTALL), lambda m: f"输入 {m[1]} 不是整数:{m[2]}"),
    (re.compile(r"when is no time: (.*)", re.DOTALL), lambda m: f"发生时间 when 无法识别:{m[1]}"),
    (
        re.compile(r"when has no offset from UTC: (.*)", re.DOTALL),
        lambda m: f"发生时间 when 没有写明时区:{m[1]}",
    ),
    (
        re.compile(r"when is not between 1970 and 2106: (.*)", re.DOTALL),
        lambda m: f"发生时间 when 不在 1970 至 2106 年之间:{m[1]}",
    ),
    (
        re.compile(r"(\S+) is not (\d+) hex digits: (.*)", re.DOTALL),
        lambda m: f"{m[1]} 应为 {m[2]} 位十六进制数字:{m[3]}",
    ),
    (re.compile(r"the query parameter is missing"), lambda _: "缺少该查询参数"),
    (re.compile(r"unknown query parameter"), lambda _: "没有这个查询参数"),
    (
        re.compile(r"not printable ASCII of at most 500 characters"),
        lambda _: "须为不超过 500 个字符的可见 ASCII",
    ),
    (re.compile(r"needed by (\S+)"), lambda m: f"报表 {m[1]} 须有此条件"),
    (re.compile(r"no condition of (\S+)"), lambda m: f"报表 {m[1]} 没有此条件"),
    (re.compile(r"Input should be a valid date.*", re.DOTALL), lambda _: "应为日期,如 2026-11-21"),
    (re.compile(r"Input should be a valid integer.*", re.DOTALL), lambda _: "应为整数"),
    (
        re.compile(r"Input should be (greater|less) than or equal to (-?\d+)"),
        lambda m: f"应{'不小于' if m[1] == 'greater' else '不超过'} {m[2]}",
    ),
    (
        re.compile(r"Input should be ('.+')", re.DOTALL),
        lambda m: f"应为 {m[1].replace(' or ', '、').replace(', ', '、')} 之一",
    ),
    (re.compile(r"String should have at (most|least) (\d+) characters?"), _characters),
    (re.compile(r"Field required"), lambda _: "必填"),
    (re.compile(r"needs a host, and no user or fragment"), lambda _: "须有主机名,不得有用户名或片段"),
    (re.compile(r"must be https"), lambda _: "须为 https"),
    (re.compile(r"not base64"), lambda _: "不是 base64"),
    (re.compile(r"not an integer"), lambda _: "不是整数"),
    (re.compile(r"given twice"), lambda _: "出现了两次"),
    (re.compile(r"no event's id"), lambda _: "不是事件编号"),
    (re.compile(r"out of range"), lambda _: "超出范围"),
    (re.compile(r"a name stands twice in one object"), lambda _: "同一对象中有重复的名称"),
    (
        re.compile(r"Expecting .+: line (\d+) column (\d+).*"),
        lambda m: f"第 {m[1]} 行第 {m[2]} 列 JSON 格式有误",
    ),
    (re.compile(r"Extra data: line (\d+) column (\d+).*"), lambda m: f"第 {m[1]} 行第 {m[2]} 列有多余的数据"),
    (re.compile(r"maximum recursion depth exceeded.*"), lambda _: "嵌套过深"),
)


_MATCHING: Final = re.compile(r"Expected `str(?: \| null)?` matching regex '([^']*)'")


def reason_in(language: Language, reason: str) -> str:
    """The reason as the reader is told it."""
    # msgspec shows a pattern as Python would print it, each backslash doubled.
    plain = reason.replace("\\\\", "\\").replace(r"$(?!\n)", "$")
    if language == "en":
        return _MATCHING.sub(
            lambda m: f"Expected {pattern_words('en', m[1])}" if pattern_words("en", m[1]) else m[0], plain
        )
    for pattern, rendering in _SENTENCES:
        found = pattern.fullmatch(plain)
        if found is not None:
            return rendering(found)
    return plain
