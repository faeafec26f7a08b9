"""Routes made from the contract's own metadata: each function is a resource, its order the body or the query.

Nothing is judged here. The API fits members together, writes canonical JSON, and lets the ledger refuse.
"""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

import rfc8785
from fastapi import APIRouter, Request, Response

from tanhui.registry_api.access.authentication import Authenticator, Caller
from tanhui.registry_api.access.objects import ObjectGuard, concerns_others
from tanhui.registry_api.access.scopes import READ, WRITE, of_function
from tanhui.registry_api.answer_memory import depends_on_ledger
from tanhui.registry_api.contract_metadata import ContractMetadata, FunctionMetadata
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import IDEMPOTENCY_KEY, MALFORMED, MEDIA, TOO_LARGE, Problem
from tanhui.registry_api.routes.answers import PARTIAL, conditional_response, json_answer
from tanhui.registry_api.routes.parents import Parents
from tanhui.registry_api.routes.resource import Resource
from tanhui.registry_api.routes.selection import Selection, selection_of

REQUEST_ID = "request_id"
_REQUEST_ID_FORM = re.compile(r"[0-9]{8}-[0-9A-Za-z._-]{1,55}")
PAGES_SCANNED_MAX = 20
"""Pages of a list that one request with conditions looks through; its bookmark goes on from there."""
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


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


def canonical(order: dict[str, Any]) -> bytes:
    """RFC 8785 bytes of an order. Raises Problem for what JSON cannot carry exactly."""
    try:
        return rfc8785.dumps(order)
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeError) as error:
        raise Problem(MALFORMED, name="body", params={"reason": str(error)[:200]}) from error


class ContractRoutes:
    """Makes handlers for resources and puts them on a router."""

    def __init__(
        self,
        ledger: Ledger,
        authenticator: Authenticator,
        metadata: ContractMetadata,
        guard: ObjectGuard,
        *,
        body_bytes_max: int,
    ) -> None:
        self._ledger = ledger
        self._authenticator = authenticator
        self._metadata = metadata
        self._guard = guard
        self._parents = Parents(metadata, ledger)
        self._body_bytes_max = body_bytes_max

    def add_to(self, router: APIRouter, resources: tuple[Resource, ...]) -> None:
        """One route a resource. Raises KeyError when a resource names a function that the contract lacks."""
        for resource in resources:
            function = self._metadata.functions[resource.function]
            handler = (
                self._query(resource, function) if function.is_query else self._write(resource, function)
            )
            router.add_api_route(
                resource.path,
                handler,
                methods=[resource.method],
                tags=[resource.tag],
                summary=function.summary,
                description=function.description,
                operation_id=resource.function.replace(":", "_"),
                name=resource.function,
                openapi_extra=self._metadata.operation(function, _PATH_PARAMETER.findall(resource.path)),
                response_class=Response,
                status_code=200 if function.is_query else 201,
            )

    def _write(self, resource: Resource, function: FunctionMetadata) -> Handler:
        scope = of_function(WRITE, resource.function)

        async def write(request: Request) -> Response:
            caller = self._authenticator.require(request, scope)
            order = await read_json_object(request, self._body_bytes_max)
            order |= function.order_from_query(request.path_params.items())
            order[REQUEST_ID] = request_id_of(request)
            committed = await self._ledger.submit(resource.function, canonical(order), caller.identity)
            return committed_response(committed.transaction_id, committed.block, committed.answer)

        return write

    def _query(self, resource: Resource, function: FunctionMetadata) -> Handler:
        scope = of_function(READ, resource.function)

        async def query(request: Request) -> Response:
            caller = self._authenticator.require(request, scope)
            selection, pairs = selection_of(request.query_params.multi_items())
            order = function.order_from_query([*request.path_params.items(), *pairs])
            to_be_judged = await self._guard.judge_order(caller, function.name, order)
            await self._parents.require(function.name, order, caller.identity)
            answer = await self._read(function, order, caller, selection)
            if to_be_judged:
                self._guard.judge_answer(caller, function.name, answer)
            request.state.supervised = concerns_others(caller, function.name)
            depends_on_ledger(request)
            if selection.fields:
                return json_answer(request, selection.shown(json.loads(answer)), PARTIAL)
            return conditional_response(request, answer)

        return query

    async def _read(
        self, function: FunctionMetadata, order: dict[str, Any], caller: Caller, selection: Selection
    ) -> bytes:
        """The ledger's answer; of a list with conditions, the items of as many of its pages as make one.

        Never more items than one page has: a page that would not fit any more is the next one's beginning.
        """
        if not selection.where or "page_size" not in function.order.get("properties", {}):
            return await self._ledger.evaluate(function.name, canonical(order), caller.identity)
        found: list[Any] = []
        bookmark = str(order.get("bookmark", ""))
        page_size: int | None = None
        for _ in range(PAGES_SCANNED_MAX):
            raw = await self._ledger.evaluate(
                function.name, canonical(order | {"bookmark": bookmark}), caller.identity
            )
            page = json.loads(raw)
            items = [item for item in page["items"] if selection.matches(item)]
            page_size = page_size or int(order.get("page_size", max(len(page["items"]), 1)))
            if found and len(found) + len(items) > page_size:
                break
            found += items
            bookmark = page["bookmark"]
            if not bookmark or len(found) == page_size:
                break
        return json.dumps({"items": found, "bookmark": bookmark}, ensure_ascii=False).encode()


def committed_response(transaction_id: str, block: int, answer: bytes) -> Response:
    """201 with what the contract answered and where it stands; 200 when it was a repeat.

    The answer names the transaction that had the effect; another id than this one's means that the request
    had been made before.
    """
    document = json.loads(answer)
    first = document.get("transaction", transaction_id)
    repeated = first != transaction_id
    body = {**document, "transaction": first}
    if not repeated:
        body["block"] = str(block)
    headers = {"Location": f"/v1/transactions/{first}"}
    if repeated:
        headers["Idempotent-Replayed"] = "true"
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, 200 if repeated else 201, headers, "application/json")
