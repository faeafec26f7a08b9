"""Searches over everything that the ledger did: by kind, by whom or what it names, by serial."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.queries import PAGE_MAX, EffectFilter, effects, serial_life
from tanhui.registry_api.read_model.store import ReadStore

Text = Annotated[str | None, Query(max_length=200)]
SERIAL_MAX = 2**63 - 1


def effect_routes(
    store: ReadStore, projector: Projector, ledger: Ledger, authenticator: Authenticator
) -> APIRouter:
    """GET effects, one serial's life, and how far the read model is behind."""
    router = APIRouter(prefix="/v1", tags=["effects"])

    def search(wanted: EffectFilter) -> list[dict[str, Any]]:
        with store.engine.connect() as connection:
            return effects(connection, wanted)

    def life(batch: str, serial: int) -> list[dict[str, Any]]:
        with store.engine.connect() as connection:
            return serial_life(connection, batch, serial)

    @router.get("/effects", operation_id="effects_Search")
    async def find(
        request: Request,
        *,
        kind: Annotated[list[str] | None, Query(max_length=20)] = None,
        names: Text = None,
        organisation: Text = None,
        account: Text = None,
        programme: Text = None,
        project: Text = None,
        batch: Text = None,
        after: Annotated[int, Query(ge=0, le=SERIAL_MAX)] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> dict[str, Any]:
        """Effects in the ledger's order. `names` finds an identifier under whatever member; `after` continues."""
        authenticator.require(request)
        given = {
            "any": names,
            "organisation": organisation,
            "account": account,
            "programme": programme,
            "project": project,
            "batch": batch,
        }
        mentions = {name: value for name, value in given.items() if value is not None}
        items = await asyncio.to_thread(search, EffectFilter(tuple(kind or ()), mentions, after, limit))
        following = items[-1]["number"] if len(items) == limit else None
        return {"items": items, "after": following, "as_of_block": str(projector.block)}

    @router.get("/credits/batches/{batch}/serials/{serial}/life", operation_id="effects_SerialLife")
    async def serial(request: Request, batch: str, serial: int) -> dict[str, Any]:
        """The whole life of one serial number: issue, transfers, holds, retirement or cancellation."""
        authenticator.require(request)
        if not 0 < serial <= SERIAL_MAX:
            raise Problem(NOT_FOUND, name="serial", value=str(serial)[:40])
        items = await asyncio.to_thread(life, batch, serial)
        if not items:
            raise Problem(NOT_FOUND, name="serial", value=f"{batch} {serial}"[:120])
        return {"items": items, "as_of_block": str(projector.block)}

    @router.get("/read-model", operation_id="effects_ReadModel")
    async def state(request: Request) -> dict[str, Any]:
        """How far the searches are behind the ledger. Blocks without effects do not count as behind."""
        authenticator.require(request)
        position = await asyncio.to_thread(store.position)
        return {
            "block": str(position.block),
            "transaction": position.transaction,
            "effects": str(position.effects),
            "ledger_height": str(await ledger.height()),
        }

    return router
