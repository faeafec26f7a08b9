"""What the contract says about itself: functions, their orders and answers, as OpenAPI wants them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanhui.registry_api.openapi_examples import example_of
from tanhui.registry_api.orders import REQUEST_ID
from tanhui.registry_api.problems import MALFORMED, Problem
from tanhui.registry_api.selection import LIST_PARAMETERS, PARAMETERS, PARTIAL

SYSTEM_CONTRACT = "org.hyperledger.fabric"
IDEMPOTENCY_PARAMETER: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The request's id: its day in UTC+8 as YYYYMMDD, a hyphen, and an id of your own. "
    "The same id with the same body answers as before; with another body it is refused.",
    "schema": {"type": "string", "pattern": "^[0-9]{8}-[0-9A-Za-z._-]{1,55}$"},
    "example": "20261121-order-4711",
}


@dataclass(frozen=True, slots=True)
class FunctionMetadata:
    """One function: `lane:Verb`, whether it only reads, and the JSON schema of its order."""

    name: str
    is_query: bool
    description: str
    order: Mapping[str, Any]
    order_reference: Mapping[str, Any]
    answer: Mapping[str, Any] = field(default_factory=dict)
    lists_items: bool = False
    """Whether it answers pages of `items` with a `bookmark`: the items may then have conditions."""

    @property
    def summary(self) -> str:
        """The first sentence of its description."""
        return self.description.partition("\n")[0] or self.name

    def order_from_query(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Path and query parameters as members of the order.

        Integers and booleans by the schema, lists of them with commas between, the rest as text.

        Raises:
            Problem: a parameter stands twice, or is no number where one is needed.
        """
        properties: Mapping[str, Any] = self.order.get("properties", {})
        order: dict[str, Any] = {}
        for name, text in pairs:
            if name in order:
                raise Problem(MALFORMED, name=name, params={"reason": "given twice"})
            order[name] = _value(name, text, properties.get(name, {}))
        return order


def _value(name: str, text: str, schema: Mapping[str, Any]) -> Any:
    kind = _kind(schema)
    if kind == "array":
        items = schema.get("items", {})
        return [_value(name, one, items) for one in text.split(",")] if text else []
    if kind == "integer":
        if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 17:
            raise Problem(MALFORMED, name=name, value=text[:80], params={"reason": "not an integer"})
        return int(text)
    return text == "true" if kind == "boolean" else text


def _kind(schema: Mapping[str, Any]) -> str:
    if "type" in schema:
        return str(schema["type"])
    choices = [_kind(choice) for choice in schema.get("anyOf", ())]
    return next((choice for choice in choices if choice != "null"), "string")


class ContractMetadata:
    """The metadata document of `org.hyperledger.fabric:GetMetadata`, read once."""

    def __init__(self, document: bytes) -> None:
        parsed = json.loads(document)
        self.schemas: dict[str, Any] = {
            name: _plain({key: value for key, value in schema.items() if key != "$id"})
            for name, schema in parsed["components"]["schemas"].items()
        }
        self.functions: dict[str, FunctionMetadata] = {}
        for lane, contract in parsed["contracts"].items():
            if lane == SYSTEM_CONTRACT:
                continue
            for transaction in contract["transactions"]:
                function = self._function(lane, transaction)
                self.functions[function.name] = function

    def _function(self, lane: str, transaction: Mapping[str, Any]) -> FunctionMetadata:
        parameter = transaction["parameters"][0]
        reference = parameter["schema"]
        tags = {tag.upper() for tag in transaction["tag"]}
        return FunctionMetadata(
            name=f"{lane}:{transaction['name']}",
            is_query="EVALUATE" in tags,
            description=parameter.get("description", ""),
            order=self._resolve(reference),
            order_reference=reference,
            answer=transaction.get("returns", {}),
            lists_items={"items", "bookmark"}
            <= self._resolve(transaction.get("returns", {})).get("properties", {}).keys(),
        )

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        return self.schemas[name] if name else schema

    def operation(self, function: FunctionMetadata, path_parameters: list[str]) -> dict[str, Any]:
        """The OpenAPI operation object's parameters, body and answers."""
        properties: Mapping[str, Any] = function.order.get("properties", {})
        required = set(function.order.get("required", ()))
        parameters: list[dict[str, Any]] = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": properties.get(name, {"type": "string"}),
                "example": example_of(properties.get(name), self.schemas, name),
            }
            for name in path_parameters
        ]
        problem = {
            "description": "Refused: code, field and value (RFC 9457)",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        operation: dict[str, Any] = {"parameters": parameters, "security": [{"accessKey": []}]}
        if function.is_query:
            parameters += [
                {"name": name, "in": "query", "required": name in required, "schema": schema}
                for name, schema in properties.items()
                if name not in path_parameters
            ]
            parameters += PARAMETERS
            if function.lists_items:
                parameters += LIST_PARAMETERS
            content = _json(function.answer) | {PARTIAL: {"schema": {}}}
            good = {"description": "The answer; with `fields`, a part of it", "content": content}
            operation["responses"] = {"200": good, "304": {"description": "Unchanged"}, "4XX": problem}
            return operation
        parameters.append(dict(IDEMPOTENCY_PARAMETER))
        body = {
            "type": "object",
            "title": function.order.get("title", function.name),
            "properties": {
                name: schema
                for name, schema in properties.items()
                if name != REQUEST_ID and name not in path_parameters
            },
            "required": sorted(required - {REQUEST_ID, *path_parameters}),
            "additionalProperties": False,
        }
        example = example_of(function.order, self.schemas)
        shown = {name: value for name, value in example.items() if name in body["properties"]}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body, "example": shown}},
        }
        good = {"description": "In a block", "content": _json(function.answer)}
        operation["responses"] = {"201": good, "200": {**good, "description": "A repeat"}, "4XX": problem}
        return operation


def _plain(schema: Any) -> Any:
    """Patterns as JSON Schema means them: there `$` is the end of the text, and needs no guard as in Python."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: value.replace(r"$(?!\n)", "$")
        if name == "pattern" and isinstance(value, str)
        else _plain(value)
        for name, value in schema.items()
    }


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": dict(schema)}}
