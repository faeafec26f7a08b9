"""Everything that the contract names has words in both languages: no page shows a program's name for want of one."""

from collections.abc import Iterator
from dataclasses import fields as members_of
from typing import Any

import pytest

from tanhui.chaincode.rules import states
from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.proofs.effects import KINDS
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.pattern_words import pattern_words
from tanhui.registry_api.portal.desk.naming import (
    HINTS,
    choice_name,
    field_hint,
    field_label,
    function_note,
    one_of_two,
    refusal_sentence,
    refusal_words,
    serials_between,
    verb_name,
)
from tanhui.registry_api.portal.forms import Forms
from tanhui.registry_api.wording.catalogue import full_width, function_notes, wording

METADATA = ContractMetadata(registry_contract().metadata)
ZH, EN = wording("zh"), wording("en")


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def named_in(schema: Any, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Every member's name in a schema, references followed."""
    if isinstance(schema, list):
        for one in schema:
            yield from named_in(one, seen)
    elif isinstance(schema, dict):
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            yield from named_in(METADATA.schemas[name], (*seen, name))
        for word, value in schema.items():
            if word == "properties":
                yield from value
            yield from named_in(value, seen)


def test_every_function_has_a_note_in_both_languages() -> None:
    assert function_notes().keys() == METADATA.functions.keys()
    for function in METADATA.functions.values():
        assert has_chinese(function_note(ZH, function)), function.name
        said = function_note(EN, function)
        assert said, function.name
        assert "Reads only" not in said


def test_every_member_of_orders_answers_and_effects_has_a_label() -> None:
    words = {name for function in METADATA.functions.values() for name in named_in(function.answer)}
    words |= {name for function in METADATA.functions.values() for name in named_in(function.order)}
    words |= {member.name for effect in KINDS.values() for member in members_of(effect)}
    assert len(words) > 300
    assert not sorted(word for word in words - {"request_id"} if ZH.term("field", word) == word)


def test_every_choice_kind_state_and_verb_has_a_word() -> None:
    forms = Forms(METADATA.schemas)
    for function in METADATA.functions.values():
        assert function.is_query or has_chinese(verb_name(ZH, function.name)), function.name
        every = (one for field in forms.fields(function.order, {}) for one in field.flat())
        for one in every:
            for choice in filter(None, one.choices):
                shown = choice_name(ZH, one.word, choice)
                assert shown != choice or choice.isdecimal(), (function.name, one.name, choice)
    lanes = {name.partition(":")[0] for name in METADATA.functions}
    assert not [lane for lane in lanes if ZH.term("lane_name", lane) == lane]
    assert not [kind for kind in KINDS if ZH.term("kind", kind) == kind]
    machines = [one for one in vars(states).values() if isinstance(one, states.Machine)]
    assert len(machines) > 20
    assert not [state for machine in machines for state in machine.moves if ZH.term("state", state) == state]


def patterns_in(schema: Any) -> Iterator[str]:
    """Every pattern in a schema."""
    if isinstance(schema, list):
        for one in schema:
            yield from patterns_in(one)
    elif isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for one in schema.values():
            yield from patterns_in(one)


def test_every_pattern_of_an_order_has_words() -> None:
    orders = [function.order for function in METADATA.functions.values()]
    found = {one for schema in (*orders, *METADATA.schemas.values()) for one in patterns_in(schema)}
    assert len(found) > 20
    for pattern in found:
        assert pattern_words("zh", pattern), pattern
        assert not has_chinese(pattern_words("en", pattern)), pattern


def test_a_retirements_form_says_what_its_schema_cannot() -> None:
    forms = Forms(METADATA.schemas)
    values = {"pieces.0.first": "1", "pieces.0.last": "1,500"}
    shown = forms.fields(METADATA.functions["retirements:Retire"].order, values)
    by_name = {one.name: one for field in shown for one in field.flat()}
    said = {name: field_hint(ZH, "retirements:Retire", one) for name, one in by_name.items()}
    assert said["beneficiary"] == "机构与个人须填其一，且只填一项"
    assert said["beneficiary.organisation"] == "18 位数字或大写字母"
    assert said["retirement"].startswith("编号由您自定，登记后不可更改；小写字母")
    assert "活动编号" in said["reference"]
    assert said["reason"] == ""
    assert one_of_two(by_name["beneficiary.person"])
    assert not one_of_two(by_name["on_behalf_of"])
    assert field_label(ZH, "beneficiary.person") == "个人（承诺哈希）"
    assert field_label(ZH, "pieces[0].first") == field_label(ZH, "first")
    assert serials_between(by_name["pieces.0"]) == 1_500
    assert serials_between(by_name["beneficiary"]) is None


def test_hints_stand_at_fields_that_there_are() -> None:
    forms = Forms(METADATA.schemas)
    for function, name in HINTS:
        names = {one.name for one in forms.fields(METADATA.functions[function].order, {})}
        assert name in names, (function, name)


def test_a_refusal_names_roles_as_the_forms_do() -> None:
    problem = {
        "code": "organisations.roles_incompatible", "detail": "x", "field": "roles", "value": "holder",
        "params": {"with_role": "verifier"},
    }  # fmt: skip
    assert refusal_words(ZH, problem) == "同一机构不得兼任 持有方 与 核证机构"
    assert refusal_words(ZH, {"code": "api.form", "detail": "请刷新,重试"}) == "请刷新，重试"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_refusal_is_chinese_with_chinese_punctuation(code: str) -> None:
    said = full_width(refusal_sentence("zh", code))
    assert has_chinese(said)
    assert full_width(said) == said


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("已冻结,请稍后", "已冻结，请稍后"),
        ("收到「x」:看(见)下", "收到「x」：看（见）下"),
        ("1,234 吨, CO2e (kg)", "1,234 吨， CO2e (kg)"),
        ("见(2026)鲁01执42号", "见（2026）鲁01执42号"),
        ("field, value: x", "field, value: x"),
        ("无法解析(应为 f(x) 的文本)", "无法解析（应为 f(x) 的文本）"),
        ("(a)，（b)", "(a)，（b）"),
    ],
)
def test_punctuation_widens_beside_chinese_only(narrow: str, wide: str) -> None:
    assert full_width(narrow) == wide


@pytest.mark.parametrize("word", ["award", "expiry", "expires", "kind", "transfer"])
@pytest.mark.parametrize("value", ["flat", "per_gram", "month_end", "year_end", "never"])
def test_no_choice_is_shown_as_a_sentence_with_holes(word: str, value: str) -> None:
    for words in (ZH, EN):
        assert "{" not in choice_name(words, word, value)
    assert choice_name(ZH, "award", "per_gram") == "按减排量"
