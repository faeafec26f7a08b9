"""Webhooks of an organisation: POST one, GET how it goes, replay it from a cursor, DELETE it."""

import asyncio
import hashlib
import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.scopes import WRITE
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER
from tanhui.registry_api.problems import BUSY, NOT_FOUND, Problem
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.routes.answers import json_answer
from tanhui.registry_api.routes.bodies import body_description, read_body, request_id_of
from tanhui.registry_api.settings import ApiSettings
from tanhui.registry_api.webhooks.address import URL_CHARACTERS_MAX, target_of
from tanhui.registry_api.webhooks.store import (
    HOOKS_A_ORGANISATION_MAX,
    Webhook,
    WebhookStore,
    new_secret,
)

BODY_BYTES_MAX = 16 << 10
NUMBER_MAX = 2**63 - 1
HookId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Kind = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]


class HookOrder(BaseModel):
    """Where to tell, and of which kinds of effects; none for all. `after` begins behind a transaction's number."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=8, max_length=URL_CHARACTERS_MAX)]
    kinds: Annotated[list[Kind], Field(max_length=100)] = []
    after: Annotated[int, Field(ge=0, le=NUMBER_MAX)] | None = None


class ReplayOrder(BaseModel):
    """Everything after this transaction's number is told again; 0 from the beginning."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=NUMBER_MAX)]


_CREATE = body_description(
    HookOrder,
    {"url": "https://example.org/tanhui", "kinds": ["retirements.retired"]},
    dict(IDEMPOTENCY_PARAMETER),
)
_CREATE["responses"] = {
    "200": {
        "description": "A repeat: the webhook as it is, without its secret",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
_REPLAY = body_description(ReplayOrder, {"after": 0})


def webhook_routes(
    hooks: WebhookStore, store: ReadStore, authenticator: Authenticator, settings: ApiSettings
) -> APIRouter:
    """The resource /v1/webhooks: an organisation's own."""
    router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

    async def known(caller: Caller, hook_id: str) -> Webhook:
        hook = await asyncio.to_thread(hooks.get, hook_id, caller.owner)
        if hook is None:
            raise Problem(NOT_FOUND, name="webhook", value=hook_id)
        return hook

    @router.post(
        "", operation_id="webhooks_Create", status_code=201, openapi_extra=_CREATE, response_class=Response
    )
    async def create(request: Request) -> Response:
        """Be told of every transaction from now on. The answer shows the signing secret, once."""
        caller = authenticator.require(request, WRITE)
        order = await read_body(request, HookOrder, BODY_BYTES_MAX)
        key = request_id_of(request)
        target_of(order.url, settings.webhook_private_hosts)
        if await asyncio.to_thread(hooks.count, caller.owner) >= HOOKS_A_ORGANISATION_MAX:
            raise Problem(BUSY, params={"seconds": "60"}, headers={"Retry-After": "60"})
        position = await asyncio.to_thread(store.position)
        cursor = position.transactions if order.after is None else order.after
        hook, fresh = await asyncio.to_thread(hooks.add, _new_hook(caller, order, key, cursor), key)
        shown = _shown(hook) | ({"secret": hook.secret} if fresh else {})
        response = json_answer(request, shown)
        response.status_code = 201 if fresh else 200
        response.headers["Location"] = f"/v1/webhooks/{hook.id}"
        response.headers["Cache-Control"] = "no-store"
        return response

    @router.get("", operation_id="webhooks_List", response_class=Response)
    async def listed(request: Request) -> Response:
        """The organisation's webhooks, without their secrets."""
        caller = authenticator.require(request)
        found = await asyncio.to_thread(hooks.of, caller.owner)
        return json_answer(request, {"items": [_shown(hook) for hook in found], "after": None})

    @router.get("/{webhook}", operation_id="webhooks_Get", response_class=Response)
    async def get(request: Request, webhook: HookId) -> Response:
        """How far it was told, and what the last attempt met."""
        caller = authenticator.require(request)
        return json_answer(request, _shown(await known(caller, webhook)))

    @router.post(
        "/{webhook}/replay", operation_id="webhooks_Replay", openapi_extra=_REPLAY, response_class=Response
    )
    async def replay(request: Request, webhook: HookId) -> Response:
        """Tell everything after a transaction's number again; also how one that was left alone is taken up."""
        caller = authenticator.require(request, WRITE)
        order = await read_body(request, ReplayOrder, BODY_BYTES_MAX)
        hook = await known(caller, webhook)
        await asyncio.to_thread(hooks.replay, hook.id, order.after)
        return json_answer(request, _shown(await known(caller, webhook)))

    @router.delete("/{webhook}", operation_id="webhooks_Remove", status_code=204)
    async def remove(request: Request, webhook: HookId) -> None:
        """Tell nothing any more."""
        caller = authenticator.require(request, WRITE)
        hook = await known(caller, webhook)
        await asyncio.to_thread(hooks.remove, hook.id)

    return router


def _new_hook(caller: Caller, order: HookOrder, key: str, cursor: int) -> Webhook:
    """A webhook that is told what comes after `cursor`; the same caller and key make the same id."""
    return Webhook(
        id=hashlib.sha256(f"{caller.owner}\n{key}".encode()).hexdigest()[:32],
        organisation=caller.owner,
        identity=caller.identity,
        url=order.url,
        secret=new_secret(),
        kinds=tuple(sorted(set(order.kinds))),
        state="active",
        cursor=cursor,
        failures=0,
        next_attempt=0,
        last_status=0,
        last_error="",
        delivered=0,
        created=int(time.time()),
    )


def _shown(hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "state": hook.state,
        "cursor": str(hook.cursor),
        "delivered": hook.delivered,
        "failures": hook.failures,
        "next_attempt": hook.next_attempt,
        "last_status": hook.last_status,
        "last_error": hook.last_error,
        "created": hook.created,
    }
