"""Bodies that a route reads by itself, after the caller is known, so that nobody else's body fills memory."""

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from tanhui.registry_api.problems import MALFORMED, Problem
from tanhui.registry_api.routes.contract_routes import read_json_object

BodyT = TypeVar("BodyT", bound=BaseModel)


async def read_body(request: Request, kind: type[BodyT], bytes_max: int) -> BodyT:
    """The body as `kind`. Raises Problem: too large, not JSON, or not of that kind."""
    document = await read_json_object(request, bytes_max)
    try:
        return kind.model_validate(document, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(("body", *map(str, first["loc"])))
        value = str(first.get("input", ""))[:120]
        raise Problem(MALFORMED, name=where, value=value, params={"reason": first["msg"]}) from error


def body_description(kind: type[BaseModel], example: dict[str, Any], *more: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI's description of such a body, and of further parameters."""
    schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    content = {"application/json": {"schema": schema, "example": example}}
    described: dict[str, Any] = {"requestBody": {"required": True, "content": content}}
    return described | ({"parameters": list(more)} if more else {})
