"""The portal's words: one catalogue a language, looked up by a dotted key.

A catalogue is a TOML file beside this module. Both hold the same keys with the same placeholders, which a test
holds them to; a key that is missing is a fault of ours and raises.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tanhui.registry_api.languages import Language

_FOLDER = Path(__file__).parent / "strings"


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

    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._entries)

    def raw(self, key: str) -> str:
        """The sentence with its placeholders as they stand."""
        return self._entries[key]


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
