"""The one argument of a function: canonical JSON of a frozen, bounded msgspec Struct.

What the function then sees has the right types, bounded sizes, and is the only reading of those bytes: a
second JSON parser that keeps the first of two equal names, say, cannot read another order from the chain.
"""

from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import inspect

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.canonical import canonical_json, decode_amount
from tanhui.chaincode.contract.refusal import Refusal

ARGUMENT_BYTES_MAX: Final = 1_048_576
"""One argument: a batch of thousands of records fits, a block does not."""

DEPTH_MAX: Final = 8
"""Objects and lists inside each other, in any argument type."""

INTEGER_MAX: Final = 2**53 - 1
"""JSON numbers beyond it are not exact everywhere: larger ones are amounts, which travel as strings."""

ArgumentT = TypeVar("ArgumentT", bound=msgspec.Struct)


class UnboundedArgument(TypeError):  # noqa: N818  says what is wrong with the type
    """An argument type with a part that has no limit: found when the function is declared, never later."""


class ArgumentReader(Generic[ArgumentT]):
    """Reads the argument of one function into its record."""

    def __init__(self, kind: type[ArgumentT]) -> None:
        """UnboundedArgument when a text, list, mapping or number in `kind` has no limit."""
        if not kind.__struct_config__.frozen or not kind.__struct_config__.forbid_unknown_fields:
            raise UnboundedArgument(f"{kind.__name__} must be frozen and forbid unknown fields")
        _require_bounds(inspect.type_info(kind), kind.__name__, 0)
        self.kind = kind
        self._decoder = msgspec.json.Decoder(kind, dec_hook=decode_amount)

    def read(self, raw: bytes) -> ArgumentT:
        """The record in `raw`.

        Raises:
            Refusal: contract.argument_size, contract.argument_malformed, contract.argument_value or
                contract.argument_not_canonical, with the path of the field and its value.
        """
        if len(raw) > ARGUMENT_BYTES_MAX:
            raise Refusal(codes.ARGUMENT_SIZE, "argument", len(raw), limit=ARGUMENT_BYTES_MAX)
        try:
            record = self._decoder.decode(raw)
        except msgspec.ValidationError as cause:
            raise _refusal(raw, str(cause)) from cause
        except _MALFORMED as cause:
            raise _malformed(raw, cause) from cause
        # Equal bytes prove order, spelling and single names at once; members that may be left out are the
        # one way to differ and still be canonical, so only then the text is read a second time.
        if canonical_json(record) != raw and canonical_json(msgspec.json.decode(raw)) != raw:
            raise Refusal(codes.ARGUMENT_NOT_CANONICAL, "argument", _shown(raw))
        return record


_MALFORMED = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def _malformed(raw: bytes, cause: Exception) -> Refusal:
    return Refusal(codes.ARGUMENT_MALFORMED, "argument", _shown(raw), reason=cause)


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _refusal(raw: bytes, message: str) -> Refusal:
    """Msgspec says "Expected … - at `$.items[3].points`": take the path apart and fetch the value."""
    reason, _, path = message.partition(" - at `")
    path = path.rstrip("`").removeprefix("$").removeprefix(".")
    try:
        value = _value_at(msgspec.json.decode(raw), path)
    except _MALFORMED as cause:  # what follows the wrong value is no JSON at all
        return _malformed(raw, cause)
    shown = value if isinstance(value, str) else canonical_json(value).decode()
    return Refusal(codes.ARGUMENT_VALUE, path or "argument", shown, reason=reason)


def _value_at(document: Any, path: str) -> Any:
    for step in path.replace("[", ".[").split("."):
        if isinstance(document, list) and step[1:-1].isdigit():
            document = document[int(step[1:-1])]
        elif isinstance(document, dict) and step in document:
            document = document[step]
    return document


def _require_bounds(kind: inspect.Type, path: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise UnboundedArgument(f"{path}: deeper than {DEPTH_MAX}")
    match kind:
        case inspect.StructType(fields=fields):
            for field in fields:
                _require_bounds(field.type, f"{path}.{field.name}", depth + 1)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType():
            _require_length(kind.max_length, path)
            _require_bounds(kind.item_type, f"{path}[]", depth + 1)
        case inspect.DictType():
            _require_length(kind.max_length, path)
            _require_bounds(kind.key_type, f"{path} name", depth + 1)
            _require_bounds(kind.value_type, f"{path}{{}}", depth + 1)
        case inspect.TupleType(item_types=items) | inspect.UnionType(types=items):
            for item in items:
                _require_bounds(item, path, depth + isinstance(kind, inspect.TupleType))
        case inspect.Metadata(type=inner):
            _require_bounds(inner, path, depth)
        case _:
            _require_limits(kind, path)


def _require_limits(kind: inspect.Type, path: str) -> None:
    match kind:
        case inspect.StrType(max_length=None) | inspect.FloatType() | inspect.AnyType() | inspect.RawType():
            raise UnboundedArgument(f"{path}: needs a longest length, or has no place in an argument")
        case inspect.StrType(pattern=str(pattern)) if pattern.endswith("$"):
            # Python's $ also matches before a newline at the end: "id\n" would be an id, and another than "id".
            raise UnboundedArgument(
                rf"{path}: the pattern {pattern} lets a newline follow; end it with $(?!\n)"
            )
        case inspect.IntType(ge=low, gt=above, le=high, lt=below):
            limits = [limit for limit in (low, above, high, below) if limit is not None]
            if len(limits) != 2 or any(abs(limit) > INTEGER_MAX for limit in limits):
                raise UnboundedArgument(f"{path}: needs a lowest and a highest value within ±2^53")
        case inspect.CustomType(cls=cls) if not issubclass(cls, int):
            raise UnboundedArgument(f"{path}: {cls.__name__} has no place in an argument")
        case _:
            pass


def _require_length(limit: int | None, path: str) -> None:
    if limit is None:
        raise UnboundedArgument(f"{path}: needs a largest count")
