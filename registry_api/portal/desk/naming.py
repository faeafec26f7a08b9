"""How the ledger's own names are shown to people: functions, choices, refusals. Pure."""

import re
from typing import Final

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE, sentence
from tanhui.registry_api.languages import Language
from tanhui.registry_api.portal.wording import Wording

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


def choice_name(t: Wording, word: str, value: str) -> str:
    """One of a field's choices: under the field's own name first, then where such words stand."""
    for group in (word, *CHOICE_GROUPS):
        said = t.term(group, value)
        if said != value:
            return said
    return value


def refusal_sentence(language: Language, code: str) -> str:
    """What a refusal's code means, its values left out; "" for an unknown one."""
    entry = CATALOGUE.get(code)
    if entry is None:
        return ""
    return sentence(language, code, "", "", dict.fromkeys(entry.params, "…")).rstrip(
        ' :\uff1a\u201c\u201d"()'
    )
