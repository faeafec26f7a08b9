"""Words of Chinese and English text, the same when text is taken in and when it is looked for. Pure.

Letters and digits make words; Chinese characters, which have no blanks between them, are taken one by one and in
overlapping pairs. So two characters or more are found wherever they follow each other.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

TERM_CHARACTERS_MAX: Final = 32
TERMS_MAX: Final = 400
"""Terms that one transaction's text is found by; what is longer is found by its beginning."""
TEXT_CHARACTERS_MAX: Final = 8_000
QUERY_TERMS_MAX: Final = 20

PROSE: Final = frozenset({"reason", "note", "name", "title", "comment", "text", "answer", "description"})
"""Members that people write."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_HAN}]+|[^\\W{_HAN}_]+")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_OPAQUE = re.compile(r"[0-9a-f]{16,}|[0-9]+|[0-9A-Za-z+/=_-]{40,}")
"""Hashes, ids at random, amounts and encoded bytes: looked up as a whole, never read."""


def normalised(text: str) -> str:
    """One form for letters that mean the same: full and half width, great and small."""
    return unicodedata.normalize("NFKC", text).casefold()


def readable_text(document: Any) -> str:
    """What people wrote in a JSON document, one member a line, normalised and bounded."""
    parts: list[str] = []
    left = TEXT_CHARACTERS_MAX
    for member, value in _texts(document):
        if member in PROSE or not _OPAQUE.fullmatch(value):
            part = normalised(value[:left])[:left]
            parts.append(part)
            left -= len(part) + 1
            if left <= 0:
                break
    return "\n".join(dict.fromkeys(parts)).replace("\x00", " ")


def terms_of(text: str) -> tuple[str, ...]:
    """Terms of a normalised text, each once, in their order."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text):
        if _HAN_RUN.match(run):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(a + b for a, b in itertools.pairwise(run)))
        elif not _OPAQUE.fullmatch(run) or len(run) < 16:
            found[run[:TERM_CHARACTERS_MAX]] = None
        if len(found) >= TERMS_MAX:
            break
    return tuple(found)[:TERMS_MAX]


def query_runs(query: str) -> tuple[str, ...]:
    """The runs that a text must all contain: words, and unbroken Chinese."""
    return tuple(dict.fromkeys(_RUNS.findall(normalised(query))))[:QUERY_TERMS_MAX]


def query_terms(run: str) -> tuple[tuple[str, bool], ...]:
    """What to look up for one run: terms, each with whether it may be only a term's beginning."""
    if not _HAN_RUN.match(run):
        return ((run[:TERM_CHARACTERS_MAX], True),)
    if len(run) == 1:
        return ((run, False),)
    return tuple((a + b, False) for a, b in itertools.pairwise(run))[:QUERY_TERMS_MAX]


def _texts(document: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(document, str):
        yield name, document
    elif isinstance(document, list):
        for item in document:
            yield from _texts(item, name)
    elif isinstance(document, dict):
        for member, item in document.items():
            yield from _texts(item, member)
