"""The catalogue of refusals: unique codes, templates that name only what they declare, two languages."""

import re
from types import ModuleType

import pytest

from tanhui.chaincode.rules.errors import Code, Kind, catalogue, values

CODES = list(catalogue.CATALOGUE.values())


@pytest.mark.parametrize("entry", CODES, ids=lambda entry: entry.name)
def test_an_entry_names_what_it_declares(entry: Code) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", entry.name)
    assert entry.placeholders() >= set(entry.params)
    filled = entry.at("the_field", "the_value", **dict.fromkeys(entry.params, "the_param"))
    for language in ("zh", "en"):
        text = entry.render(language, filled.field, filled.value, filled.params)
        assert "{" not in text
        assert "the_value" in text or "the_field" in text
    assert re.search(r"[\u4e00-\u9fff]", entry.zh)
    assert not re.search(r"[\u4e00-\u9fff]", entry.en)


@pytest.mark.parametrize("family", catalogue.FAMILIES, ids=lambda family: family.__name__)
def test_a_family_holds_codes(family: ModuleType) -> None:
    entries = catalogue.codes_of(family)
    assert entries
    assert all(catalogue.CATALOGUE[entry.name] is entry for entry in entries)


def test_a_code_stands_once() -> None:
    family = ModuleType("family")
    vars(family)["AGAIN"] = Code(values.NOT_A_DAY.name, Kind.INVALID, "{value}", "{value}")
    with pytest.raises(ValueError, match=r"value\.not_a_day stands twice"):
        catalogue.collect((values, family))


def test_an_undeclared_placeholder_is_found() -> None:
    family = ModuleType("family")
    vars(family)["BAD"] = Code("value.bad", Kind.INVALID, "{value}", "{limit}")
    with pytest.raises(ValueError, match=r"undeclared \['limit'\]"):
        catalogue.collect((family,))


def test_a_refusal_needs_exactly_its_params() -> None:
    with pytest.raises(TypeError, match="takes params"):
        values.OUT_OF_RANGE.at("points", 5, low=1)


def test_an_unknown_code_is_shown_bare() -> None:
    assert catalogue.sentence("en", "x.y", "f", "v", {"a": "1"}) == "x.y: f=v {'a': '1'}"
    assert (
        catalogue.sentence("zh", "value.not_a_region", "region", "9", {}) == "region 不是有效的行政区划代码:9"
    )
