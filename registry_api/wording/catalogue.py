"""The words of pages and documents: one catalogue a language, looked up by a dotted key.

A catalogue is a TOML file in `strings`. Both hold the same keys with the same placeholders, which a test
holds them to; a key that is missing is a fault of ours and raises.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from tanhui.registry_api.languages import Language

FUNCTIONS = "functions"
_FOLDER = Path(__file__).parent / "strings"


_WIDE: Final = str.maketrans(",:;?!()", "\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09")
_NARROW: Final = re.compile(
    r"(?<=[\u3400-\u9fff\u201d\u300d\uff09])[,:;?!(]|[,;?!)(](?=[\u3400-\u9fff\u201c\u300c])"
)


def full_width(text: str) -> str:
    """Chinese sentences with Chinese punctuation: `冻结,请` becomes `冻结，请`; numbers, ids and English stay."""
    found = _NARROW.sub(lambda match: match[0].translate(_WIDE), text)
    # A bracket that was widened takes its partner along, whatever stands between them.
    signs, open_at = list(found), list[int]()
    for at, sign in enumerate(found):
        if sign in "(\uff08":
            open_at.append(at)
        elif sign in ")\uff09" and open_at:
            pair = (open_at.pop(), at)
            if {signs[one] for one in pair} & {"\uff08", "\uff09"}:
                signs[pair[0]], signs[pair[1]] = "\uff08", "\uff09"
    return "".join(signs)


class Wording:
    """The words of one language."""

    def __init__(self, language: Language, entries: Mapping[str, str]) -> None:
        self.language = language
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """The sentence under `key` with its placeholders filled. Raises KeyError for a key that is not there."""
        return self._entries[key].format_map(values)

    def term(self, group: str, word: str) -> str:
        """How a word of the ledger (a state, a purpose, a role …) is shown; itself where nobody named it."""
        return self._entries.get(f"{group}.{word}", word)

    def group(self, group: str) -> dict[str, str]:
        """The words of a group, and how each is shown."""
        head = f"{group}."
        return {key.removeprefix(head): said for key, said in self._entries.items() if key.startswith(head)}

    def said(self, text: str) -> str:
        """A sentence that was made elsewhere, as this language punctuates."""
        return full_width(text) if self.language == "zh" else text

    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._entries)

    def raw(self, key: str) -> str:
        """The sentence with its placeholders as they stand."""
        return self._entries[key]


@cache
def function_notes() -> Mapping[str, str]:
    """What each function does, one Chinese sentence; in English the contract says it itself."""
    document = tomllib.loads((_FOLDER / f"{FUNCTIONS}.zh.toml").read_text("utf-8"))
    return {**document["writes"], **document["reads"]}


@cache
def wording(language: Language) -> Wording:
    """The catalogue of a language, read once."""
    document = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    return Wording(language, dict(_flat(document, "")))


def _flat(document: Mapping[str, Any], before: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in document.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((before + name, str(value)))
    return found
