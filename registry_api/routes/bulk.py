"""Many writes in one request: each item is written on its own, and each one's outcome is told.

An item's request id is the request's Idempotency-Key with the item's number behind it, so that the whole may be sent
again. One item that is refused costs one item.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.access.authentication import Authenticator, require_scope
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.scopes import WRITE, of_function
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER, ContractMetadata
from tanhui.registry_api.jobs.items import BulkOrder, in_flight, write_item
from tanhui.registry_api.languages import language_of
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.orders import REQUEST_ID
from tanhui.registry_api.problems import (
    IDEMPOTENCY_KEY,
    MALFORMED,
    NOT_FOUND,
    Problem,
)
from tanhui.registry_api.read_model.own_writes import OwnWrites
from tanhui.registry_api.routes.bodies import read_json_object, request_id_of

ITEMS_MAX: Final = 500
"""Items of one request; more make a job."""
IN_FLIGHT_MAX: Final = 8
KEY_CHARACTERS_MAX: Final = 57
"""A longer key leaves no room for the item's number within the ledger's 64."""
EXAMPLE: Final = {
    "function": "credits:Freeze",
    "items": [{"batch": "b-1", "range": "1", "reason": "核查"}],
}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "function": {"type": "string", "pattern": "^[a-z_]+:[A-Za-z]+$", "maxLength": 128},
                        "items": {
                            "type": "array",
                            "items": {"type": "object"},
                            "minItems": 1,
                            "maxItems": ITEMS_MAX,
                        },
                    },
                    "required": ["function", "items"],
                    "additionalProperties": False,
                },
                "example": EXAMPLE,
            }
        },
    },
    "parameters": [dict(IDEMPOTENCY_PARAMETER)],
}


def bulk_order(document: Mapping[str, Any], metadata: ContractMetadata, items_max: int) -> BulkOrder:
    """The order in a request's body.

    Raises:
        Problem: no such function, one that only reads, no items, too many, or one that is no object.
    """
    unknown = sorted(set(document) - {"function", "items"})
    if unknown:
        raise _malformed(unknown[0], "unknown member")
    function, items = document.get("function"), document.get("items")
    known = metadata.functions.get(function) if isinstance(function, str) else None
    if known is None or known.is_query:
        raise Problem(NOT_FOUND, name="function", value=str(function)[:128])
    if not isinstance(items, list) or not 0 < len(items) <= items_max:
        raise _malformed("items", f"must be a list of 1 to {items_max}")
    for number, item in enumerate(items):
        if not isinstance(item, dict) or REQUEST_ID in item:
            raise _malformed(f"items[{number}]", "must be an object without request_id")
    return BulkOrder(known.name, tuple(items))


def _malformed(name: str, reason: str) -> Problem:
    return Problem(MALFORMED, name=name[:80], params={"reason": reason})


def bulk_key(request: Request) -> str:
    """The Idempotency-Key, short enough to be numbered. Raises Problem (400)."""
    key = request_id_of(request)
    if len(key) > KEY_CHARACTERS_MAX:
        raise Problem(IDEMPOTENCY_KEY, name="Idempotency-Key", value=key)
    return key


def _newest_block(items: list[dict[str, Any]]) -> int:
    """Of those that were written, -1 when none was."""
    return max((int(item["answer"].get("block", -1)) for item in items if "answer" in item), default=-1)


def bulk_routes(
    ledger: Ledger,
    authenticator: Authenticator,
    metadata: ContractMetadata,
    own_writes: OwnWrites,
    body_bytes_max: int,
) -> APIRouter:
    """POST /v1/bulk."""
    router = APIRouter(prefix="/v1/bulk", tags=["bulk"])

    @router.post("", operation_id="bulk_Write", openapi_extra=BODY, response_class=Response)
    async def write(request: Request) -> Response:
        """Write up to 500 items by one function; 200 with each item's status, answer or problem, in their order."""
        caller: Caller = authenticator.authenticate(request)
        order = bulk_order(await read_json_object(request, body_bytes_max), metadata, ITEMS_MAX)
        require_scope(caller, of_function(WRITE, order.function))
        key, language = bulk_key(request), language_of(request)
        outcomes: dict[int, dict[str, Any]] = {}

        async def one(number: int) -> None:
            status, told = await write_item(
                ledger, order, key, number, identity=caller.identity, language=language
            )
            outcomes[number] = {"number": number, "status": status, **told}

        await in_flight([partial(one, number) for number in range(len(order.items))], IN_FLIGHT_MAX)
        items = [outcomes[number] for number in range(len(order.items))]
        await own_writes.shown(_newest_block(items))
        good = sum(item["status"] < 300 for item in items)
        document = {"items": items, "written": good, "refused": len(items) - good}
        return Response(json.dumps(document, ensure_ascii=False), media_type="application/json")

    return router
