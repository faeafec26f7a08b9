"""An example for every order: values that the contract reads, in the field's own terms. Pure, from the schemas.

Examples are what a person copies, so they are taken from the names of members where the names say what is meant, and
from the schema where they do not. A test reads each one with the contract's own readers.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

DEPTH_MAX: Final = 8
_HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ACCOUNT: Final = "4f2b7c1d9e8a4b6fa0c3d5e7f9012345"
_ORGANISATION: Final = "91510100MA6000001R"

_BY_NAME: Final[Mapping[str, Any]] = {
    "account": _ACCOUNT,
    "activity": "rooftop-solar",
    "award": "20261121-award-1",
    "batch": "51-tanxiaohui-solar-p1-2026-1",
    "bookmark": "",
    "category": "venue",
    "channel": "credits",
    "cited_order": "川0104民初2026-118号",
    "day": "2026-11-21",
    "draw": "spring-draw",
    "event": "chengdu-marathon-2026",
    "first_day": "2026-01-01",
    "issue": "9f86d081884c7d65",
    "label": "zero-carbon-park",
    "last_day": "2026-12-31",
    "methodology": "walk",
    "month": "2026-10",
    "name": "成都市生态环境局",
    "note": "按年度计划执行",
    "offer": "offer-1",
    "organisation": _ORGANISATION,
    "payment": "PAY-2026-0001",
    "pledge": "pledge-1",
    "product": "tanhui-credit",
    "programme": "tanxiaohui",
    "project": "office-roofs",
    "reason": "按用户申请办理",
    "region": "510100",
    "regions": "510100",
    "request_id": "20261121-order-1",
    "request_ids": "20261121-order-1",
    "retirement": "conference-2026",
    "reward": "panda-base-ticket",
    "scene": "walk",
    "slot": "513e7a2c4d5e0010",
    "source": "platform",
    "target": "energy-2026",
    "title": "办公楼屋顶光伏",
    "trade": "trade-1",
    "until": "2026-12-31",
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
}
_BY_PATTERN: Final[tuple[str, ...]] = (
    _ACCOUNT,
    _HASH,
    _ORGANISATION,
    "510100",
    "2026-10",
    "20261121",
    "20261121-order-1",
    "100",
    "example-1",
    "ExampleMSP",
    "EX-1",
    "示例",
)
"""Tried in this order for a pattern."""


_BYTES_OF_BASE64: Final[Mapping[int, int]] = {44: 32, 88: 64}
"""A salt or key, and a signature; of anything else three bytes will do."""


def example_of(schema: Any, schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that the schema allows; members that may be left out are left out."""
    if not isinstance(schema, Mapping) or depth > DEPTH_MAX:
        return None
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None:
        return _first(choices, schemas, name, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    return _of_type(schema, schemas, name, depth)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    value: Any = None
    match schema.get("type"):
        case "object":
            value = _object(schema, schemas, depth)
        case "array":
            value = _array(schema, schemas, name, depth)
        case "integer":
            value = _integer(schema, name)
        case "boolean":
            value = True
        case "string":
            value = _text(schema, name)
    return value


def _first(choices: Any, schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    """The first choice that is something."""
    shown = [choice for choice in choices if choice.get("type") != "null"]
    return example_of(shown[0], schemas, name, depth + 1) if shown else None


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    required = schema.get("required", ())
    members = {
        name: example_of(member, schemas, name, depth + 1)
        for name, member in schema.get("properties", {}).items()
        if name in required
    }
    values = schema.get("additionalProperties")
    if isinstance(values, Mapping) and schema.get("minProperties", 0):
        members[_text(schema.get("propertyNames", {}), "category")] = example_of(
            values, schemas, "", depth + 1
        )
    return members


def _array(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(item, schemas, name, depth + 1) for item in schema["prefixItems"]]
    count = max(1, schema.get("minItems", 0)) if schema.get("maxItems", 1) else 0
    return [example_of(schema.get("items"), schemas, name, depth + 1)] * count


def _integer(schema: Mapping[str, Any], name: str) -> int:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", 1 << 53) - 1)
    wished = 2026 if name == "year" else 1_763_712_000 if name in {"when", "seconds", "at"} else 1
    return int(min(max(wished, low), high))


def _text(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("contentEncoding") == "base64":
        return b64encode(bytes(_BYTES_OF_BASE64.get(schema.get("minLength", 4), 3))).decode()
    if schema.get("format") == "date":
        return str(_BY_NAME.get(name, "2026-11-21"))
    named = _BY_NAME.get(name)
    if isinstance(named, str) and _fits(named, schema):
        return named
    return next((text for text in _BY_PATTERN if _fits(text, schema)), "x" * schema.get("minLength", 1))


def _fits(text: str, schema: Mapping[str, Any]) -> bool:
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1 << 30):
        return False
    return re.search(schema["pattern"], text) is not None if "pattern" in schema else True
