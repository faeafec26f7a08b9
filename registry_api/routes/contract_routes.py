"""Routes made from the contract's own metadata: each function is a resource, its order the body or the query.

Nothing is judged here. The API fits members together, writes canonical JSON, and lets the ledger refuse.
"""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.access.authentication import Authenticator, Caller
from tanhui.registry_api.access.objects import ObjectGuard, concerns_others
from tanhui.registry_api.access.scopes import READ, WRITE, of_function
from tanhui.registry_api.answer_memory import depends_on_ledger
from tanhui.registry_api.contract_metadata import ContractMetadata, FunctionMetadata
from tanhui.registry_api.ledger import Committed, Ledger
from tanhui.registry_api.orders import REQUEST_ID, canonical, told_of
from tanhui.registry_api.problems import MALFORMED, Problem
from tanhui.registry_api.read_model.own_writes import OwnWrites
from tanhui.registry_api.routes.answers import conditional_response, json_answer
from tanhui.registry_api.routes.bodies import read_json_object, request_id_of
from tanhui.registry_api.routes.parents import Parents
from tanhui.registry_api.routes.resource import Resource
from tanhui.registry_api.selection import PARTIAL, WHERE, Selection, selection_of

PAGES_SCANNED_MAX = 20
"""Pages of a list that one request with conditions looks through; its bookmark goes on from there."""
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ContractRoutes:
    """Makes handlers for resources and puts them on a router."""

    def __init__(
        self,
        ledger: Ledger,
        authenticator: Authenticator,
        metadata: ContractMetadata,
        guard: ObjectGuard,
        *,
        own_writes: OwnWrites,
        body_bytes_max: int,
    ) -> None:
        self._ledger = ledger
        self._own_writes = own_writes
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
            await self._own_writes.shown(committed.block)
            return committed_response(committed)

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
                answer = await self._guard.judged_answer(caller, function.name, answer)
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
        if selection.where and not function.lists_items:
            raise Problem(MALFORMED, name=WHERE, params={"reason": "no list of items"})
        if not selection.where:
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


def committed_response(committed: Committed) -> Response:
    """What a write is answered with, and where its transaction is."""
    status, told = told_of(committed)
    headers = {"Location": f"/v1/transactions/{told['transaction']}"}
    if status == 200:
        headers["Idempotent-Replayed"] = "true"
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status, headers, "application/json")
