"""How the ledger's own names are shown to people: functions, choices, refusals. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE, sentence
from tanhui.registry_api.contract_metadata import FunctionMetadata
from tanhui.registry_api.intake.outcomes import outcome_meaning
from tanhui.registry_api.languages import Language
from tanhui.registry_api.pattern_words import pattern_words
from tanhui.registry_api.portal.forms import Field
from tanhui.registry_api.wording.catalogue import Wording, function_notes

CHOICE_GROUPS: Final = (
    "state",
    "role",
    "event_kind",
    "offset_kind",
    "purpose",
    "lane",
    "notice_kind",
    "claim",
)
_RETIRING: Final = ("retirements:Retire", "credits:AcceptAndRetire")
HINTS: Final = {
    **{(function, "retirement"): "hint.own_id" for function in _RETIRING},
    **{
        (function, party): "hint.one_party"
        for function in _RETIRING
        for party in ("beneficiary", "on_behalf_of")
    },
    **{(function, "reference"): "hint.reference" for function in _RETIRING},
    ("events:PublishPlan", "event"): "hint.own_id",
    ("programmes:Draft", "programme"): "hint.own_id",
    ("projects:Draft", "project"): "hint.own_id",
    ("credits:Offer", "offer"): "hint.own_id",
    ("pledges:Pledge", "pledge"): "hint.own_id",
}
"""What a form says at a field, by function and member: what its schema cannot say."""
ROLES_IN: Final = frozenset({"roles", "needed", "with_role", "allowed", "status"})
"""Parameters of refusals that name roles or states."""
_ENDING: Final = re.compile(r"\s*\n\s*")


def action_name(t: Wording, function: str) -> str:
    """`lane:Verb` in words: the lane, and what is done in it."""
    lane = function.partition(":")[0]
    own = t.term("function", function)
    return own if own != function else f"{t.term('lane_name', lane)} · {verb_name(t, function)}"


def verb_name(t: Wording, function: str) -> str:
    """What is done, where the lane stands above it anyway."""
    own = t.term("function", function)
    if own != function:
        return own
    verb = function.partition(":")[2]
    said = t.term("verb", verb)
    return said if said != verb else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", verb)


def function_note(t: Wording, function: FunctionMetadata) -> str:
    """What a function does, in a sentence: ours in Chinese, the contract's own in English."""
    if t.language == "zh":
        return function_notes().get(function.name, "")
    # The note of what it returns and by whom it may be called is for programs.
    return _ENDING.sub(" ", function.description.partition("\n\n")[0]).removesuffix(" Reads only.")


def choice_name(t: Wording, word: str, value: str) -> str:
    """One of a field's choices: under the field's own name first, then where such words stand."""
    for group in (f"{word}_kind", word, *CHOICE_GROUPS):
        said = t.term(group, value)
        if said != value and "{" not in said:  # a sentence with values of its own is no name
            return said
    return value


def refusal_sentence(language: Language, code: str) -> str:
    """What a refusal's code means, its values left out; "" for an unknown one."""
    return outcome_meaning(language, code)


def field_label(t: Wording, name: str) -> str:
    """A member's label by its dotted name: as it is called where it stands, or everywhere."""
    parts = [part for part in name.replace("[", ".").replace("]", "").split(".") if not part.isdigit()]
    place = ".".join(parts[-2:])
    own = t.term("field_at", place)
    return own if own != place else t.term("field", parts[-1] if parts else name)


def field_hint(t: Wording, function: str, field: Field) -> str:
    """What helps to fill a field in; "" where its label says enough."""
    key = HINTS.get((function, field.name))
    said = [t(key)] if key else []
    if field.kind in {"text", "digest"}:
        said.append(t.said(pattern_words(t.language, field.pattern, beforehand=True)))
    return t("hint.and").join(filter(None, said))


def one_of_two(field: Field) -> bool:
    """Whether it is one of a party's two ways to be named, of which one is needed."""
    parent, _, word = field.name.rpartition(".")
    return parent in {"beneficiary", "on_behalf_of"} and word in {"organisation", "person"}


def serials_between(field: Field) -> int | None:
    """Serial numbers (kilograms) from `first` to `last` of a row as it is filled in; None where it is not."""
    values = {one.word: one.value.replace(",", "") for one in field.fields}
    first, last = values.get("first", ""), values.get("last", "")
    if not all(one.isascii() and one.isdigit() and len(one) <= 18 for one in (first, last)):
        return None
    count = int(last) - int(first) + 1
    return count if count > 0 else None


def refusal_words(t: Wording, problem: Mapping[str, Any]) -> str:
    """A refusal's sentence with roles and states as the forms call them."""
    code, value = problem["code"], problem.get("value", "")
    params = problem.get("params") or {}
    named = {name: _roles(t, text) if name in ROLES_IN else text for name, text in params.items()}
    about = _roles(t, value) if code.startswith("organisations.") else value
    if code not in CATALOGUE or (named, about) == (params, value):
        return t.said(problem["detail"])
    return t.said(sentence(t.language, code, problem.get("field", ""), about, named))


def _roles(t: Wording, text: str) -> str:
    words = [t.term("role", word.strip()) for word in text.split(",")]
    return t("look.and").join(t.term("state", word) for word in words)
