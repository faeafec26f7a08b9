"""The JSON that a formula is written in: read strictly, into plain records.

    {"v": "1",
     "inputs": [{"name": "distance", "unit": "m", "low": "0", "high": "200000"}],
     "factors": {"bus": {"numerator": "31", "denominator": "1000", "unit": "gCO2e/m",
                         "source": "...", "date": "2024-01-01"}},
     "tables": {"class": {"axes": [["0", "1", "2"]], "values": ["5", "7"]}},
     "grams": {"scale": [{"input": "distance"}, "bus"]},
     "vectors": [{"inputs": ["1000"], "grams": "31"}]}

Numbers are decimal strings; JSON numbers, nulls, booleans, duplicate and unknown keys are refused. A table's
axis of n + 1 rising bounds makes n cells [bound, next bound); values stand in row-major order.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from tanhui.chaincode.rules.days import parse_day
from tanhui.chaincode.rules.errors import formula as codes
from tanhui.chaincode.rules.formula import limits
from tanhui.chaincode.rules.names import require_id, require_text
from tanhui.chaincode.rules.quantities import parse_amount

VERSION = "1"
_KEYS = frozenset({"v", "inputs", "factors", "tables", "grams", "vectors"})
_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Input:
    """What a record must bring: an integer in `unit` with low <= value <= high."""

    name: str
    unit: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Factor:
    """A published figure as an exact fraction, with where it comes from."""

    numerator: int
    denominator: int
    unit: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Table:
    """Values over one to three axes of rising interval bounds, row-major."""

    axes: tuple[tuple[int, ...], ...]
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vector:
    """A worked example: inputs in declared order, and the grams that must come out."""

    inputs: tuple[int, ...]
    grams: int


@dataclass(frozen=True, slots=True)
class Document:
    """A formula as written. `grams` is the JSON tree, `tree.parse` gives it its meaning."""

    inputs: tuple[Input, ...]
    factors: Mapping[str, Factor]
    tables: Mapping[str, Table]
    grams: object
    vectors: tuple[Vector, ...]
    json: Mapping[str, Any]


def malformed(path: str, expected: str, value: object) -> NoReturn:
    """Refuse `value` at `path`, shown shortened."""
    raise codes.MALFORMED.at(path, str(value)[:_SHOWN_MAX], expected=expected)


def read(text: str) -> Document:
    """The document that `text` holds.

    Raises:
        Refusal: formula.size, formula.malformed, formula.inputs_differ, value.*.
    """
    body = _keys(_json(text), "formula", _KEYS)
    if body["v"] != VERSION:
        malformed("v", VERSION, body["v"])
    inputs = tuple(
        _input(one, f"inputs[{at}]")
        for at, one in enumerate(_list(body["inputs"], "inputs", 1, limits.INPUTS_MAX))
    )
    if len({one.name for one in inputs}) != len(inputs):
        malformed("inputs", "different names", ", ".join(one.name for one in inputs))
    factors = _map(body["factors"], "factors", limits.FACTORS_MAX)
    tables = _map(body["tables"], "tables", limits.TABLES_MAX)
    vectors = _list(body["vectors"], "vectors", 1, limits.VECTORS_MAX)
    return Document(
        inputs,
        {name: _factor(one, f"factors.{name}") for name, one in factors.items()},
        {name: _table(one, f"tables.{name}") for name, one in tables.items()},
        body["grams"],
        tuple(_vector(one, f"vectors[{at}]", inputs) for at, one in enumerate(vectors)),
        body,
    )


def number(value: object, path: str, bound: int = limits.NUMBER_ABS_MAX) -> int:
    """The integer that a decimal string stands for, within ±bound."""
    if not isinstance(value, str):
        malformed(path, "a decimal string", value)
    return parse_amount(value, path, -bound, bound)


def _json(text: str) -> object:
    size = len(text.encode())
    if size > limits.TEXT_BYTES_MAX:
        raise codes.SIZE.at("bytes", size, limit=limits.TEXT_BYTES_MAX)
    depth = deepest = 0
    for character in text:  # brackets within strings count too: nobody needs 48 of them
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    if deepest > limits.NESTING_MAX:
        raise codes.SIZE.at("nesting", deepest, limit=limits.NESTING_MAX)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_no_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except json.JSONDecodeError:
        malformed("formula", "JSON", text)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        malformed("formula", "an object without duplicate keys", ", ".join(key for key, _ in pairs))
    return made


def _no_number(text: str) -> NoReturn:
    malformed("formula", "a decimal string where a number stands", text)


def _keys(value: object, path: str, keys: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        shown = ", ".join(value) if isinstance(value, dict) else value
        malformed(path, "an object with " + ", ".join(sorted(keys)), shown)
    return value


def _list(value: object, path: str, low: int, high: int) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) < low:
        malformed(path, f"a list of at least {low}", value)
    if len(value) > high:
        raise codes.SIZE.at(path, len(value), limit=high)
    return value


def _map(value: object, path: str, high: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        malformed(path, "an object", value)
    if len(value) > high:
        raise codes.SIZE.at(path, len(value), limit=high)
    for name in value:
        require_id(name, path)
    return value


def _input(value: object, path: str) -> Input:
    body = _keys(value, path, frozenset({"name", "unit", "low", "high"}))
    name = require_id(_text(body["name"], f"{path}.name", 64), f"{path}.name")
    low = number(body["low"], f"{path}.low", limits.INPUT_ABS_MAX)
    high = number(body["high"], f"{path}.high", limits.INPUT_ABS_MAX)
    if low > high:
        malformed(f"{path}.high", f"at least {low}", high)
    return Input(name, _text(body["unit"], f"{path}.unit", 32), low, high)


def _factor(value: object, path: str) -> Factor:
    body = _keys(value, path, frozenset({"numerator", "denominator", "unit", "source", "date"}))
    denominator = number(body["denominator"], f"{path}.denominator")
    if denominator < 1:
        malformed(f"{path}.denominator", "at least 1", denominator)
    date = _text(body["date"], f"{path}.date", 10)
    parse_day(date, f"{path}.date")
    return Factor(
        number(body["numerator"], f"{path}.numerator"),
        denominator,
        _text(body["unit"], f"{path}.unit", 32),
        _text(body["source"], f"{path}.source", 500),
        date,
    )


def _table(value: object, path: str) -> Table:
    body = _keys(value, path, frozenset({"axes", "values"}))
    axes = []
    cells = 1
    for at, bounds in enumerate(_list(body["axes"], f"{path}.axes", 1, limits.TABLE_AXES_MAX)):
        where = f"{path}.axes[{at}]"
        axis = tuple(number(one, where) for one in _list(bounds, where, 2, limits.TABLE_CELLS_MAX + 1))
        if any(a >= b for a, b in pairwise(axis)):
            malformed(where, "rising bounds", ", ".join(map(str, axis)))
        axes.append(axis)
        cells *= len(axis) - 1
    values = _list(body["values"], f"{path}.values", 1, limits.TABLE_CELLS_MAX)
    if len(values) != cells:
        malformed(f"{path}.values", f"{cells} values", f"{len(values)} values")
    return Table(tuple(axes), tuple(number(one, f"{path}.values") for one in values))


def _vector(value: object, path: str, inputs: tuple[Input, ...]) -> Vector:
    body = _keys(value, path, frozenset({"inputs", "grams"}))
    given = _list(body["inputs"], f"{path}.inputs", 1, limits.INPUTS_MAX)
    if len(given) != len(inputs):
        names = ", ".join(one.name for one in inputs)
        raise codes.INPUTS_DIFFER.at(f"{path}.inputs", len(given), expected=names)
    return Vector(
        tuple(number(one, f"{path}.inputs", limits.INPUT_ABS_MAX) for one in given),
        number(body["grams"], f"{path}.grams", limits.GRAMS_MAX),
    )


def _text(value: object, path: str, high: int) -> str:
    if not isinstance(value, str):
        malformed(path, "text", value)
    return require_text(value, path, high=high)
