"""Between effect objects and JSON values, compiled once for each class from its annotations.

Every value is checked both ways: a transaction cannot write an effect that a verifier would refuse.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from tanhui.proofs import canonical
from tanhui.proofs.canonical import Json
from tanhui.proofs.effects.types import ITEMS_MAX, Day, Octets, Text, Whole
from tanhui.proofs.errors import FormatError

_DAY = get_args(Day)[1]


@dataclass(frozen=True, slots=True)
class Codec:
    """How one type becomes JSON and comes back; both take the field's name for their errors."""

    encode: Callable[[Any, str], Json]
    decode: Callable[[Json, str], Any]


_codecs: dict[type, Codec] = {}


def object_codec(cls: type) -> Codec:
    """Codec of a dataclass: an object with its fields, None left out. Compiled once.

    Raises:
        TypeError: a field's type is none that effects know.
    """
    codec = _codecs.get(cls)
    if codec is None:
        codec = _codecs[cls] = _compile(cls)
    return codec


def _compile(cls: type) -> Codec:
    hints = get_type_hints(cls, include_extras=True)
    parts = [(one.name, _codec(hints[one.name]), one.default is None) for one in fields(cls)]
    required = [name for name, _, optional in parts if not optional]
    optional = [name for name, _, optional in parts if optional]
    for one in fields(cls):
        if one.default is not MISSING and one.default is not None:
            raise TypeError(f"{cls.__name__}.{one.name}: the only default of an effect's field is None")

    def encode(value: Any, where: str) -> Json:
        if type(value) is not cls:
            raise FormatError("effect.type", f"{where} is a {type(value).__name__}, not a {cls.__name__}")
        return {
            name: codec.encode(one, f"{where}.{name}")
            for name, codec, _ in parts
            if (one := getattr(value, name)) is not None
        }

    def decode(value: Json, where: str) -> Any:
        found = canonical.members(value, required, optional, where)
        return cls(
            **{
                name: codec.decode(found[name], f"{where}.{name}")
                for name, codec, _ in parts
                if name in found
            }
        )

    return Codec(encode, decode)


def _codec(hint: Any) -> Codec:  # noqa: PLR0911 - one return for each kind of annotation
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        others = [one for one in arguments if one is not type(None)]
        if len(others) != 1 or len(arguments) != 2:
            raise TypeError(f"{hint}: only T | None")
        return _codec(others[0])
    if origin is Annotated:
        return _bounded(arguments[0], arguments[1])
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _many(_codec(arguments[0]))
    if origin is Literal:
        return _choice({one: one for one in arguments})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice({one.value: one for one in hint})
    if isinstance(hint, type) and is_dataclass(hint):
        return object_codec(hint)
    if hint is bool:
        return Codec(_boolean, _boolean)
    raise TypeError(f"{hint} is no type of an effect's field")


def _bounded(base: type, bound: object) -> Codec:
    if base is str and isinstance(bound, Text):
        return _day() if bound is _DAY else _text(bound)
    if base is int and isinstance(bound, Whole):
        return _whole(bound)
    if base is bytes and isinstance(bound, Octets):
        return _octets(bound)
    raise TypeError(f"{base} with {bound!r} is no type of an effect's field")


def _text(bound: Text) -> Codec:
    def both(value: object, where: str) -> str:
        if not isinstance(value, str):
            raise FormatError("effect.text", f"{where} is no text")
        bound.check(value, where)
        return value

    return Codec(both, both)


def _day() -> Codec:
    def both(value: object, where: str) -> str:
        if not isinstance(value, str):
            raise FormatError("effect.day", f"{where} is no text")
        _DAY.check(value, where)
        try:
            date.fromisoformat(value)
        except ValueError:
            raise FormatError("effect.day", f"{where} {value!r} is no day of the calendar") from None
        return value

    return Codec(both, both)


def _whole(bound: Whole) -> Codec:
    def check(value: int, where: str) -> int:
        if not bound.minimum <= value <= bound.maximum:
            limits = f"{bound.minimum} to {bound.maximum}"
            raise FormatError("effect.amount", f"{where} {value} is outside {limits}")
        return value

    def encode(value: object, where: str) -> str:
        if type(value) is not int:
            raise FormatError("effect.amount", f"{where} is no whole number")
        return str(check(value, where))

    return Codec(encode, lambda value, where: check(canonical.parse_decimal(value, bound.maximum), where))


def _octets(bound: Octets) -> Codec:
    def encode(value: object, where: str) -> str:
        if not isinstance(value, bytes) or len(value) != bound.length:
            raise FormatError("effect.bytes", f"{where} is not {bound.length} bytes")
        return value.hex()

    return Codec(encode, lambda value, _: canonical.parse_hex(value, bound.length))


def _many(item: Codec) -> Codec:
    def encode(value: object, where: str) -> Json:
        if not isinstance(value, tuple) or len(value) > ITEMS_MAX:
            raise FormatError("effect.list", f"{where} is no tuple of at most {ITEMS_MAX} items")
        return [item.encode(one, f"{where}[{at}]") for at, one in enumerate(value)]

    def decode(value: Json, where: str) -> Any:
        found = canonical.list_of(value, where, ITEMS_MAX)
        return tuple(item.decode(one, f"{where}[{at}]") for at, one in enumerate(found))

    return Codec(encode, decode)


def _choice(choices: dict[str, Any]) -> Codec:
    def decode(value: object, where: str) -> Any:
        if not isinstance(value, str) or value not in choices:
            raise FormatError("effect.choice", f"{where} {value!r:.60} is none of {', '.join(choices)}")
        return choices[value]

    return Codec(lambda value, where: str(decode(value, where)), decode)


def _boolean(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise FormatError("effect.boolean", f"{where} is neither true nor false")
    return value
