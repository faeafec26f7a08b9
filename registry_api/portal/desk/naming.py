"""How the ledger's own names are shown to people: functions, choices, refusals. Pure."""

import re
from typing import Final

from tanhui.registry_api.contract_metadata import FunctionMetadata
from tanhui.registry_api.intake.outcomes import outcome_meaning
from tanhui.registry_api.languages import Language
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
