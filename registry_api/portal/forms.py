"""Forms made from the contract's own schemas, and orders made from what a form sends. Pure.

Nested members have dotted names (`plan.first_day`), rows of a list a number (`pieces.0.first`). What is left blank
and has a default is left out; what is judged is the ledger's to judge: only what cannot be written as an order at
all is refused here, with the field.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "text",
    "long",
    "whole",
    "digits",
    "date",
    "hash",
    "digest",
    "choice",
    "switch",
    "lines",
    "checks",
    "json",
    "group",
    "rows",
]
Schema: TypeAlias = Mapping[str, Any]
REQUEST_ID: Final = "request_id"
ROWS_MAX: Final = 200
DEPTH_MAX: Final = 6
LONG_CHARACTERS: Final = 1_000
WHOLE_DIGITS_MAX: Final = 17
MADE_UP: Final = frozenset({"key", "commitment", "salt", "seed", "pin", "root", "genesis", "identity"})
"""Members that look like a document's hash and are none."""
REGISTERS: Final = {
    "programme": "programme",
    "catalogue": "programme",
    "source_programme": "programme",
    "target_programme": "programme",
    "project": "project",
    "methodology": "methodology",
}
"""Members that name something of a public register."""


class FormError(ValueError):
    """Something that cannot be written as an order: the field's dotted name, and a key of the wording."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(f"{name}: {key}")
        self.name = name
        self.key = key


@dataclass(frozen=True, slots=True)
class Field:
    """One input, or a group of them. `word` is the member's own name, by which it is labelled."""

    name: str
    word: str
    kind: Kind
    required: bool = False
    value: str = ""
    choices: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    characters_max: int = 0
    suggested: str = ""
    """Which register names what goes in here: organisation, programme, project, methodology, region; "" for none."""
    fields: tuple["Field", ...] = ()
    pattern: str = ""
    """What the text must match, as the schema has it."""
    enforced: bool = False
    """Whether a browser should insist on it: what is required within something optional may stay blank with it."""

    @property
    def ident(self) -> str:
        """As an element's id."""
        return "f-" + self.name.replace(".", "-")

    def flat(self) -> Iterator["Field"]:
        """Itself and everything in it."""
        yield self
        for one in self.fields:
            yield from one.flat()


class Forms:
    """Reads and makes forms by the schemas of one contract."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def fields(self, order: Schema, values: Mapping[str, str], more: str = "") -> tuple[Field, ...]:
        """The form of an order with what was entered; `more` names the list that gets another row."""
        found = self._members(order, "", values, more, 0)
        return tuple(_enforced(one) for one in found if one.name != REQUEST_ID)

    def order(self, order: Schema, values: Mapping[str, str]) -> dict[str, Any]:
        """What the form says, without the request id. Raises FormError."""
        members = dict(order.get("properties", {}))
        members.pop(REQUEST_ID, None)
        required = set(order.get("required", ()))
        return self._object(members, required, "", values)

    # --- from schema to fields

    def _members(
        self, schema: Schema, prefix: str, values: Mapping[str, str], more: str, depth: int
    ) -> list[Field]:
        required = set(schema.get("required", ()))
        members = list(schema.get("properties", {}).items())
        # What must be filled in comes first, each part in the contract's order.
        members.sort(key=lambda member: member[0] not in required)
        return [
            self._field(
                one, prefix + name, name, name in required and not _nullable(one), values, more, depth
            )
            for name, one in members
        ]

    def _field(  # noqa: PLR0917 - one recursion, the same six everywhere
        self,
        schema: Schema,
        name: str,
        word: str,
        required: bool,
        values: Mapping[str, str],
        more: str,
        depth: int,
    ) -> Field:
        schema = self._plain(schema)
        kind = self._kind(schema, depth)
        value = values.get(name, "" if required else _default(schema))
        required = required and not _may_be_blank(schema)
        if kind == "group":
            parts = tuple(self._members(schema, f"{name}.", values, more, depth + 1))
            return Field(name, word, kind, required, fields=parts)
        if kind == "rows":
            count = min(max(_rows_in(name, values), 1) + (more == name), ROWS_MAX)
            item = self._plain(schema["items"])
            rows = tuple(
                Field(
                    f"{name}.{at}",
                    str(at + 1),
                    "group",
                    fields=tuple(self._members(item, f"{name}.{at}.", values, more, depth + 1)),
                )
                for at in range(count)
            )
            return Field(name, word, kind, required and bool(schema.get("minItems", 0)), fields=rows)
        choices = _choices(self._plain(schema["items"])) if kind == "checks" else _choices(schema)
        chosen = tuple(value.split("\n")) if kind == "checks" and value else ()
        if kind == "hash" and word in MADE_UP:
            kind = "digest"
        characters_max = int(schema.get("maxLength", 0))
        return Field(
            name,
            word,
            kind,
            required,
            value,
            choices,
            chosen,
            characters_max,
            _suggested(word, schema),
            pattern=schema.get("pattern", ""),
        )

    def _plain(self, schema: Schema) -> Schema:
        """A reference followed, and the one alternative that is not null."""
        found = schema
        for _ in range(DEPTH_MAX):
            if "$ref" in found:
                found = self._schemas[found["$ref"].rpartition("/")[2]]
            elif "anyOf" in found:
                others = [one for one in found["anyOf"] if one.get("type") != "null"]
                if len(others) != 1:
                    return {"json": True}
                found = others[0]
            else:
                break
        return found

    def _kind(self, schema: Schema, depth: int) -> Kind:  # noqa: PLR0911 - one return a kind
        kind = schema.get("type")
        if "enum" in schema:
            return "choice"
        if kind == "boolean":
            return "switch"
        if kind == "integer":
            return "whole"
        if kind == "string":
            return _text_kind(schema)
        if kind == "array" and "items" in schema and schema["items"] is not False:
            item = self._plain(schema["items"])
            if "enum" in item:
                return "checks"
            if item.get("type") in {"string", "integer"}:
                return "lines"
            if "properties" in item and depth < DEPTH_MAX - 2:
                return "rows"
        if kind == "object" and "properties" in schema and depth < DEPTH_MAX:
            return "group"
        return "json"

    # --- from values to an order

    def _object(
        self, members: Mapping[str, Schema], required: set[str], prefix: str, values: Mapping[str, str]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for word, schema in members.items():
            name = prefix + word
            plain = self._plain(schema)
            given = _given(name, values)
            if not given and word in required and _nullable(schema):
                found[word] = None
                continue
            if not given and word not in required:
                continue
            found[word] = self._value(plain, name, values, len(prefix.split(".")) - 1)
        return found

    def _value(  # noqa: PLR0911 - one return a kind
        self, schema: Schema, name: str, values: Mapping[str, str], depth: int
    ) -> Any:
        kind = self._kind(schema, depth)
        text = values.get(name, "").strip()
        if kind == "group":
            return self._object(schema["properties"], set(schema.get("required", ())), f"{name}.", values)
        if kind == "rows":
            item = self._plain(schema["items"])
            rows = [at for at in range(_rows_in(name, values)) if _given(f"{name}.{at}", values)]
            required = set(item.get("required", ()))
            return [self._object(item["properties"], required, f"{name}.{at}.", values) for at in rows]
        if kind in {"lines", "checks"}:
            item = self._plain(schema["items"])
            listed = [line.strip() for line in text.splitlines() if line.strip()]
            return [_whole(name, line) if item.get("type") == "integer" else line for line in listed]
        if kind == "whole":
            return _whole(name, text)
        if kind == "switch":
            return text == "true"
        if kind == "json":
            return _json(name, text)
        if kind == "choice" and isinstance(next(iter(schema["enum"]), ""), int):
            return _whole(name, text)
        return text


def _text_kind(schema: Schema) -> Kind:
    if schema.get("format") == "date":
        return "date"
    pattern = schema.get("pattern", "")
    if pattern.startswith("^[0-9a-f]{64}$"):
        return "hash"
    if pattern.startswith("^(0|"):
        return "digits"
    return "long" if int(schema.get("maxLength", LONG_CHARACTERS)) >= LONG_CHARACTERS else "text"


def _suggested(word: str, schema: Schema) -> str:
    """By the shape of an id where it has one, else by the member's name."""
    pattern = schema.get("pattern", "")
    if "[0-9A-Z]{18}" in pattern:
        return "organisation"
    if pattern == "^[0-9]{6}$":
        return "region"
    return REGISTERS.get(word, "")


def _enforced(field: Field, within: bool = True) -> Field:
    """The field with what a browser insists on: never in a group that may stay blank, nor in a list's later rows."""
    insists = within and field.required
    if field.kind == "rows":
        first, *rest = field.fields
        return replace(field, fields=(_within(first, insists), *(_within(row, False) for row in rest)))
    if field.kind == "group":
        return _within(field, insists)
    return replace(field, enforced=insists)


def _within(group: Field, insists: bool) -> Field:
    return replace(group, fields=tuple(_enforced(one, insists) for one in group.fields))


def _nullable(schema: Schema) -> bool:
    """Whether null is one of its values."""
    return any(one.get("type") == "null" for one in schema.get("anyOf", ()))


def _may_be_blank(schema: Schema) -> bool:
    """Whether an empty text is a value of its own, such as nobody's id."""
    if schema.get("type") != "string" or {"enum", "format"} & schema.keys() or schema.get("minLength", 0):
        return False
    return re.search(schema.get("pattern", ""), "") is not None


def _choices(schema: Schema) -> tuple[str, ...]:
    return tuple(str(one) for one in schema.get("enum", ()))


def _default(schema: Schema) -> str:
    default = schema.get("default")
    if default is None or default == "" or isinstance(default, (dict, list)):
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _rows_in(name: str, values: Mapping[str, str]) -> int:
    """Rows that a list has among the values: one more than the highest number."""
    highest = -1
    for key in values:
        if key.startswith(f"{name}."):
            number = key[len(name) + 1 :].partition(".")[0]
            if number.isascii() and number.isdigit() and len(number) <= 3:
                highest = max(highest, int(number))
    return min(highest + 1, ROWS_MAX)


def _given(name: str, values: Mapping[str, str]) -> bool:
    """Whether anything was entered under a name."""
    if values.get(name, "").strip():
        return True
    return any(value.strip() for key, value in values.items() if key.startswith(f"{name}."))


def _whole(name: str, text: str) -> int:
    digits = text.replace(",", "").removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > WHOLE_DIGITS_MAX:
        raise FormError(name, "form.not_whole")
    return int(text.replace(",", ""))


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormError(name, "form.not_json") from error
