"""Both catalogues say the same things, and templates ask for nothing that is not there."""

import re
from importlib.resources import files
from string import Formatter

import pytest

from tanhui.proofs.effects.retirements import Purpose
from tanhui.registry_api.portal.site import FOLDER
from tanhui.registry_api.wording.catalogue import full_width, wording

ZH, EN = wording("zh"), wording("en")
KINDS = {"activities", "credits", "points", "retirements"}
"""Of effects, written like reasons."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert ZH.keys() == EN.keys()


@pytest.mark.parametrize("key", sorted(ZH.keys()))
def test_a_sentence_has_the_same_placeholders_in_both(key: str) -> None:
    assert placeholders(ZH.raw(key)) == placeholders(EN.raw(key))
    assert ZH.raw(key) == "" or ZH.raw(key).strip() == ZH.raw(key)


def test_english_has_no_chinese_and_chinese_its_own_punctuation() -> None:
    for key in sorted(EN.keys()):
        allowed = {"site.other_language", "verify_page.language", "purpose.compensation"}
        assert key in allowed or not re.search("[\u4e00-\u9fff]", EN.raw(key)), key
        assert full_width(ZH.raw(key)) == ZH.raw(key), key


def test_templates_ask_for_known_keys_only() -> None:
    asked, every = 0, ZH.keys()
    for template in [
        *FOLDER.glob("templates/*.html"),
        *FOLDER.glob("pages/*.html"),
        *FOLDER.glob("desk/*.html"),
    ]:
        for key in re.findall(r"""\bt\(["']([a-z_]+\.[a-z0-9_]+)["'][,)]""", template.read_text("utf-8")):
            assert key in every, (template.name, key)
            asked += 1
    assert asked > 300


def test_every_purpose_is_named() -> None:
    for purpose in Purpose:
        assert ZH.term("purpose", purpose) != purpose
        assert EN.term("purpose", purpose) != purpose


def test_the_verify_page_has_words_for_every_reason_of_the_verifier() -> None:
    verifier = files("tanhui.proofs").joinpath("js/verify.js").read_text("utf-8")
    parts = set(re.findall(r'"([a-z_0-9]+)\.[a-z_0-9]+"(?=[,)])', verifier)) - KINDS
    assert {"data_integrity", "json", "merkle"} <= parts
    assert {f"verify_page.reason.{part}" for part in parts} == {
        key for key in sorted(ZH.keys()) if key.startswith("verify_page.reason.")
    }


def test_a_missing_key_is_a_fault_and_an_unknown_term_is_shown_as_it_is() -> None:
    with pytest.raises(KeyError):
        ZH("no.such.key")
    assert ZH.term("state", "something_new") == "something_new"
