"""Forms made from schemas, and orders made from forms."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.registry_api.application import resources_of
from tanhui.registry_api.contract_metadata import ContractMetadata
from tanhui.registry_api.portal.actions import Actions
from tanhui.registry_api.portal.desk.naming import action_name, choice_name, refusal_sentence, verb_name
from tanhui.registry_api.portal.forms import FormError, Forms
from tanhui.registry_api.wording.catalogue import wording


@cache
def metadata() -> ContractMetadata:
    return ContractMetadata(registry_contract().metadata)


def actions() -> Actions:
    return Actions(metadata(), resources_of(metadata()))


def order_of(function: str, values: dict[str, str]) -> dict[str, Any]:
    return Forms(metadata().schemas).order(metadata().functions[function].order, values)


PIECE = {"batch": "b-1", "range": "1", "first": "1", "last": "9"}
RETIREMENT = {
    "retirement": "r-1", "purpose": "event", "reason": "会议", "reference": "e-1", "beneficiary.organisation": "X",
    **{f"pieces.0.{name}": value for name, value in PIECE.items()},
}  # fmt: skip


def test_a_nested_order_comes_back_as_it_was_meant() -> None:
    assert order_of("retirements:Retire", RETIREMENT) == {
        "retirement": "r-1", "purpose": "event", "reason": "会议", "reference": "e-1",
        "beneficiary": {"organisation": "X"}, "pieces": [PIECE],
    }  # fmt: skip


def test_what_is_blank_and_optional_is_left_out_and_blank_rows_too() -> None:
    more = RETIREMENT | {"on_behalf_of.organisation": " ", "reference": "", "pieces.1.batch": ""}
    found = order_of("retirements:Retire", more)
    assert "on_behalf_of" not in found
    assert "reference" not in found
    assert found["pieces"] == [PIECE]


def test_whole_numbers_switches_lines_checks_and_json() -> None:
    draft = {
        "programme": "p", "name": "n", "region": "370000", "operator": "o", "rules.expiry.kind": "never",
        "rules.transfer.kind": "open", "rules.scenes.0.scene": "walk", "rules.scenes.0.award": "flat",
        "rules.scenes.0.points": "1,000",
    }  # fmt: skip
    assert order_of("programmes:Draft", draft)["rules"]["scenes"] == [
        {"scene": "walk", "award": "flat", "points": 1_000}
    ]
    with pytest.raises(FormError) as refused:
        order_of("programmes:Draft", draft | {"rules.scenes.0.points": "many"})
    assert (refused.value.name, refused.value.key) == ("rules.scenes.0.points", "form.not_whole")
    plan = {"plan.steps": " one \n\n two", "plan.title": "t", "rules": "1"}
    assert order_of("events:PublishPlan", plan)["plan"]["steps"] == ["one", "two"]
    roles = {"organisation": "o", "roles": "holder\nexchange", "reason": "r"}
    assert order_of("organisations:SetRoles", roles)["roles"] == ["holder", "exchange"]


@given(
    st.dictionaries(
        st.sampled_from(
            [*RETIREMENT, "pieces.9999.batch", "pieces.x", "request_id", "on_behalf_of", "pieces"]
        ),
        st.text(max_size=40),
    )
)
def test_whatever_is_sent_makes_a_plain_order_or_is_refused(values: dict[str, str]) -> None:
    found = order_of("retirements:Retire", values)
    assert "request_id" not in found
    assert len(found["pieces"]) <= 200
    json.dumps(found)


def test_every_write_of_the_contract_has_a_form_and_a_resource() -> None:
    forms = Forms(metadata().schemas)
    kinds = set()
    for action in actions().known.values():
        fields = forms.fields(action.function.order, {})
        every = [one for field in fields for one in field.flat()]
        assert all(field.name != "request_id" for field in every)
        assert len({field.ident for field in every}) == len(every), action.name
        kinds |= {field.kind for field in every}
        for language in ("zh", "en"):
            words = wording(language)
            assert action_name(words, action.name)
            assert verb_name(words, action.name)
    assert {"text", "rows", "group", "choice", "whole", "date", "hash", "lines", "checks", "digits"} <= kinds
    assert len(actions().known) > 150


UNNAMED_SHARE_MAX = 0.2
"""Functions may be newer than their Chinese name; a form shows their own name meanwhile."""


def test_verbs_and_lanes_are_named_in_chinese() -> None:
    words = wording("zh")
    unnamed = []
    for name in actions().known:
        lane, _, verb = name.partition(":")
        if words.term("lane_name", lane) == lane or words.term("verb", verb) == verb:
            unnamed.append(name)
    assert len(unnamed) <= UNNAMED_SHARE_MAX * len(actions().known), (
        f"name these in both catalogues: {unnamed}"
    )


def test_the_form_shows_what_was_entered_and_one_row_more() -> None:
    forms = Forms(metadata().schemas)
    order = metadata().functions["retirements:Retire"].order
    by_name = {one.name: one for field in forms.fields(order, RETIREMENT, "pieces") for one in field.flat()}
    assert by_name["pieces.0.batch"].value == "b-1"
    assert by_name["pieces.1.batch"].value == ""
    assert "pieces.2.batch" not in by_name
    assert by_name["purpose"].choices
    assert not by_name["on_behalf_of"].required
    assert by_name["pieces.0.batch"].ident == "f-pieces-0-batch"


def test_an_actions_address_is_the_apis() -> None:
    action = actions().known["events:Hold"]
    assert action.address({"event": "e 1/2", "document": "d", "request_id": "x"}) == (
        "/v1/dossiers/e%201%2F2/holding", {"document": "d"},
    )  # fmt: skip
    with pytest.raises(KeyError):
        action.address({"document": "d"})


def test_refusals_and_choices_are_said_in_words() -> None:
    assert refusal_sentence("zh", "points.insufficient")
    assert refusal_sentence("en", "no.such.code") == ""
    assert choice_name(wording("zh"), "purpose", "event") == "活动碳中和"
    assert choice_name(wording("zh"), "verdict", "attested") == "核证通过"
    assert choice_name(wording("en"), "x", "unheard-of") == "unheard-of"
