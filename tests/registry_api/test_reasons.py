"""What is wrong with a value is said in both languages, without what only Python's patterns need."""

import json
from typing import Annotated, Any

import msgspec
import pytest

from tanhui.cli.activity_batches import pack_claim
from tanhui.registry_api.intake.reading import BadActivity
from tanhui.registry_api.reasons import reason_in
from tests.support.api import Api


class Everything(msgspec.Struct, forbid_unknown_fields=True):
    number: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    text: Annotated[str, msgspec.Meta(pattern=r"^[a-z]+$(?!\n)", min_length=1, max_length=3)] = "a"
    items: Annotated[list[int], msgspec.Meta(min_length=1, max_length=2)] = msgspec.field(
        default_factory=lambda: [1]
    )
    sort: str = "a"
    blob: bytes = b""


class Required(msgspec.Struct, forbid_unknown_fields=True):
    name: str


def reason(raw: bytes, kind: type[Any] = Everything) -> str:
    with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)) as refused:
        msgspec.json.decode(raw, type=kind)
    return str(refused.value).partition(" - at `")[0]


@pytest.mark.parametrize(
    ("raw", "kind", "zh"),
    [
        (b'{"number":"x"}', Everything, "应为整数,实为文本"),
        (b'{"number":0}', Everything, "应为不小于 1 的整数"),
        (b'{"number":10}', Everything, "应为不超过 9 的整数"),
        (b'{"text":"A"}', Everything, "应为符合 ^[a-z]+$ 的文本"),
        (b'{"text":"abcd"}', Everything, "应为长度至多 3 的文本"),
        (b'{"text":""}', Everything, "应为长度至少 1 的文本"),
        (b'{"items":[]}', Everything, "应为长度至少 1 的列表"),
        (b'{"items":[1,2,3]}', Everything, "应为长度至多 2 的列表"),
        (b'{"blob":"*"}', Everything, "不是有效的 base64"),
        (b'{"more":1}', Everything, "含有未知字段 more"),
        (b"{}", Required, "缺少必填字段 name"),
        (b"[]", Required, "应为对象,实为列表"),
        (b'{"name":', Required, "JSON 不完整"),
        (b'{"name"?', Required, "第 7 字节处 JSON 格式有误"),
    ],
)
def test_msgspecs_sentences_in_chinese(raw: bytes, kind: type[Any], zh: str) -> None:
    assert reason_in("zh", reason(raw, kind)) == zh
    assert "(?!" not in reason_in("en", reason(raw, kind))


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        (
            r"Expected `str` matching regex '^[0-9A-Z]{18}$(?!\\n)'", "应为 18 位数字或大写字母",
            "Expected 18 digits or capitals",
        ),
        (
            r"Expected `str` matching regex '^[^\\x00-\\x1f\\x7f]+$(?!\\n)' - at `$.name`",
            "应为单行文字(位于 $.name)", "Expected one line of text - at `$.name`",
        ),
        ("needed by unit-ranking", "报表 unit-ranking 须有此条件", "needed by unit-ranking"),
        ("no condition of red-cards", "报表 red-cards 没有此条件", "no condition of red-cards"),
        ("Input should be less than or equal to 500", "应不超过 500", "Input should be less than or equal to 500"),
        ("Input should be 'json', 'csv' or 'pdf'", "应为 'json'、'csv'、'pdf' 之一",
         "Input should be 'json', 'csv' or 'pdf'"),
        ("String should have at most 200 characters", "至多 200 个字符", "String should have at most 200 characters"),
    ],
)  # fmt: skip
def test_reasons_are_words_in_both_languages(said: str, zh: str, en: str) -> None:
    assert (reason_in("zh", said), reason_in("en", said)) == (zh, en)


def test_what_is_not_known_stays_as_it_is() -> None:
    assert reason_in("zh", "something new") == "something new"


def test_a_malformed_body_is_explained_in_the_callers_language(api: Api) -> None:
    path = "/v1/functions/notes/Write"
    for language, said in (("zh", "JSON 格式有误"), ("en", "Expecting")):
        headers = api.headers("20261121-1") | {
            "Accept-Language": language,
            "Content-Type": "application/json",
        }
        answer = api.client.post(path, content=b'{"a" 1}', headers=headers)
        assert answer.status_code == 400
        assert said in json.dumps(answer.json()["detail"], ensure_ascii=False)


ACCOUNT = "ab" * 16
BAD_LINES = {
    '{"account":"x","when":0,"inputs":{"distance":1}}': "account 应为 32 位十六进制数字:x",
    f'{{"account":"{ACCOUNT}","when":"yesterday","inputs":{{"distance":1}}}}': "发生时间 when 无法识别:yesterday",
    f'{{"account":"{ACCOUNT}","when":"2026-11-21","inputs":{{"distance":1}}}}': "发生时间 when 没有写明时区:2026-11-21",
    f'{{"account":"{ACCOUNT}","when":"99999999999","inputs":{{"distance":1}}}}': (
        "发生时间 when 不在 1970 至 2106 年之间:99999999999"
    ),
    f'{{"account":"{ACCOUNT}","when":0,"inputs":{{"distance":"much"}}}}': "输入 distance 不是整数:much",
    f'{{"account":"{ACCOUNT}","when":0,"inputs":{{"km":1,"a":2}}}}': "输入为 a、km,应为 distance",
    f'{{"account":"{ACCOUNT}","when":0}}': "输入为 空,应为 distance",
    '{"account":1,"when":0}': "应为文本,实为整数(位于 $.account)",
    '{"when":0}': "缺少必填字段 account",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_of_an_upload_is_explained_in_chinese(line: str) -> None:
    with pytest.raises(BadActivity) as bad:
        pack_claim(line.encode(), ("distance",))
    assert reason_in("zh", str(bad.value)) == BAD_LINES[line]
    assert reason_in("en", str(bad.value)) == str(bad.value)
