"""What a reader wants of an answer: only some members (`fields`), only items that have a value (`where`). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tanhui.registry_api.problems import MALFORMED, Problem

PARTIAL: Final = "application/vnd.tanhui.partial+json"
"""An answer with some of its members only, as `fields` asked for: it need not have what a whole one has."""
FIELDS: Final = "fields"
WHERE: Final = "where"
FIELDS_MAX: Final = 50
CONDITIONS_MAX: Final = 5
TEXT_CHARACTERS_MAX: Final = 300
PARAMETERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": FIELDS,
        "in": "query",
        "description": "Members to answer with, dots between levels; of a list, of each item.",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", "maxLength": 100},
            "maxItems": FIELDS_MAX,
        },
    },
)
LIST_PARAMETERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": WHERE,
        "in": "query",
        "description": "`member:value`: only items whose member (dots between levels) has this value.",
        "schema": {
            "type": "array",
            "items": {
                "type": "string",
                "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)*:",
                "maxLength": TEXT_CHARACTERS_MAX,
            },
            "maxItems": CONDITIONS_MAX,
        },
    },
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Paths of members, and conditions on items."""

    fields: tuple[tuple[str, ...], ...] = ()
    where: tuple[tuple[tuple[str, ...], str], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is selected at all."""
        return bool(self.fields or self.where)

    def matches(self, item: Any) -> bool:
        """Whether an item meets every condition; numbers and truth values compare by their JSON text."""
        return all(_text(_at(item, path)) == value for path, value in self.where)

    def shown(self, document: Any) -> Any:
        """The document, or each item of a list, with the wanted members only."""
        if not self.fields:
            return document
        if isinstance(document, dict) and isinstance(document.get("items"), list):
            return {**document, "items": [_project(item, self.fields) for item in document["items"]]}
        return _project(document, self.fields)


def selection_of(pairs: Iterable[tuple[str, str]]) -> tuple[Selection, list[tuple[str, str]]]:
    """The selection in query parameters, and the parameters that are the order's.

    Raises:
        Problem: too many fields or conditions, or one that is not written as such.
    """
    fields: list[tuple[str, ...]] = []
    where: list[tuple[tuple[str, ...], str]] = []
    rest: list[tuple[str, str]] = []
    for name, text in pairs:
        if name == FIELDS:
            fields += [_path(FIELDS, part) for part in text.split(",")]
        elif name == WHERE:
            member, colon, value = text.partition(":")
            if not colon or len(text) > TEXT_CHARACTERS_MAX:
                raise Problem(MALFORMED, name=WHERE, value=text[:80], params={"reason": "not member:value"})
            where.append((_path(WHERE, member), value))
        else:
            rest.append((name, text))
    if len(fields) > FIELDS_MAX or len(where) > CONDITIONS_MAX:
        name = FIELDS if len(fields) > FIELDS_MAX else WHERE
        raise Problem(MALFORMED, name=name, params={"reason": "too many"})
    return Selection(tuple(fields), tuple(where)), rest


def _path(name: str, text: str) -> tuple[str, ...]:
    steps = tuple(text.split("."))
    if len(text) > 100 or not all(step.isascii() and step.replace("_", "a").isalnum() for step in steps):
        raise Problem(MALFORMED, name=name, value=text[:80], params={"reason": "no member's name"})
    return steps


def _at(item: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(item, dict) or step not in item:
            return None
        item = item[step]
    return item


def _text(value: Any) -> str | None:
    match value:
        case None | dict() | list():
            return None
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _project(item: Any, fields: tuple[tuple[str, ...], ...]) -> Any:
    if not isinstance(item, dict):
        return item
    shown: dict[str, Any] = {}
    for path in fields:
        if path[0] not in item:
            continue
        value = item[path[0]]
        if len(path) > 1:
            value = _project(value, (path[1:],))
            if isinstance(value, dict) and isinstance(shown.get(path[0]), dict):
                value = shown[path[0]] | value
        shown[path[0]] = value
    return shown
