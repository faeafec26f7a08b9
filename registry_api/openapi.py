"""The API's description of itself (OpenAPI 3.1)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tanhui.registry_api.contract_metadata import ContractMetadata

DESCRIPTION = """Carbon points and emission-reduction credits on a permissioned ledger.

Amounts are decimal strings in whole units (points, grams, kilograms CO2e, fen). Every write needs an
`Idempotency-Key` and is safe to repeat. Errors are RFC 9457 problems in Chinese or English, as asked for by
`Accept-Language`."""

PROBLEM_RESPONSE: dict[str, Any] = {
    "description": "Refused: code, field and value (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "field": {"type": "string"},
        "value": {"type": "string"},
        "params": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def _answers(schema: dict[str, Any]) -> None:
    """Every operation may be refused by a problem document; FastAPI's own form of refusal is never sent."""
    for methods in schema["paths"].values():
        for operation in methods.values():
            responses = operation["responses"]
            responses.pop("422", None)
            responses.setdefault("4XX", PROBLEM_RESPONSE)
            responses.setdefault("5XX", PROBLEM_RESPONSE)
    for name in ("HTTPValidationError", "ValidationError"):
        schema.get("components", {}).get("schemas", {}).pop(name, None)


def describe(app: FastAPI, metadata: ContractMetadata) -> None:
    """Let the application describe itself by OpenAPI 3.1, with the contract's schemas among the components."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            _answers(schema)
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update(metadata.schemas)
            components["schemas"]["Problem"] = _PROBLEM_SCHEMA
            components["securitySchemes"] = {"accessKey": {"type": "http", "scheme": "bearer"}}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the schema
