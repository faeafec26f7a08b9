"""What a route reads of a request by itself: its key, and its body after the caller is known.

So nobody else's body fills memory.
"""

import json
import re
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from tanhui.registry_api.problems import IDEMPOTENCY_KEY, MALFORMED, MEDIA, TOO_LARGE, Problem

BodyT = TypeVar("BodyT", bound=BaseModel)

_REQUEST_ID_FORM = re.compile(r"[0-9]{8}-[0-9A-Za-z._-]{1,55}")


def request_id_of(request: Request) -> str:
    """The Idempotency-Key header, which is the ledger's request id. Raises Problem (400)."""
    key = request.headers.get("idempotency-key", "")
    if not _REQUEST_ID_FORM.fullmatch(key):
        raise Problem(IDEMPOTENCY_KEY, name="Idempotency-Key", value=key[:80])
    return key


async def read_json_object(request: Request, bytes_max: int) -> dict[str, Any]:
    """The body as one JSON object. Raises Problem: too large, not JSON, not an object, a name twice."""
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Problem(MEDIA, name="Content-Type", value=media[:80])
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            raise Problem(TOO_LARGE, params={"limit": str(bytes_max)})
    try:
        # Decoded here: json.loads would guess at UTF-16 and UTF-32, of which RFC 8259 knows nothing.
        document = json.loads(body.decode("utf-8") or "{}", object_pairs_hook=_no_name_twice)
        if (
            rb"\ud" in body.lower()
        ):  # half a surrogate pair (RFC 8259, 8.2): no UTF-8, and no database, can keep it
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Problem(MALFORMED, name="body", params={"reason": str(error)[:200]}) from error
    if not isinstance(document, dict):
        raise Problem(MALFORMED, name="body", params={"reason": "not a JSON object"})
    return document


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


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
