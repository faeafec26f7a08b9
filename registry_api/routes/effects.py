"""Searches over everything that the ledger did: by kind, by whom or what it names, by serial, by words."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.engine import Connection

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.answer_memory import depends_on_ledger
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import FORBIDDEN, NOT_FOUND, Problem
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.queries import (
    PAGE_MAX,
    EffectFilter,
    TransactionFilter,
    effects,
    effects_of,
    serial_life,
    transactions,
)
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.routes.answers import json_answer

T = TypeVar("T")

SERIAL_MAX = 2**63 - 1
Text = Annotated[str | None, Query(max_length=200)]
After = Annotated[int, Query(ge=0, le=SERIAL_MAX, description="The number after which the list goes on.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Items in one page.")]
Time = Annotated[int | None, Query(ge=0, le=2**40, description="Seconds since 1970.")]


def effect_routes(
    store: ReadStore,
    projector: Projector,
    ledger: Ledger,
    authenticator: Authenticator,
    programmes: ProgrammeOperators,
) -> APIRouter:
    """GET effects, transactions by words and by organisation, one serial's life, and how far this is behind."""
    router = APIRouter(prefix="/v1", tags=["effects"])

    async def seen_by(request: Request, caller: Caller) -> frozenset[str] | None:
        """The programmes whose persons' effects the caller sees; None for all of them."""
        if caller.supervises:
            request.state.supervised = True
            return None
        return await programmes.operated_by(caller.organisation)

    async def ask(query: Callable[[Connection], T]) -> T:
        def run() -> T:
            with store.engine.connect() as connection:
                return query(connection)

        return await asyncio.to_thread(run)

    def answer(request: Request, items: list[dict[str, Any]], limit: int) -> Response:
        following = items[-1]["number"] if len(items) == limit else None
        depends_on_ledger(request)
        return json_answer(request, {"items": items, "after": following, "as_of_block": str(projector.block)})

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
        since: Time = None,
        until: Time = None,
        after: After = 0,
        limit: Limit = 100,
    ) -> Response:
        """Effects in the ledger's order. `names` finds an identifier under whatever member; `after` continues.

        Effects on persons' accounts are shown to their programme's operator and to supervisors.
        """
        caller = authenticator.require(request)
        given = {
            "any": names,
            "organisation": organisation,
            "account": account,
            "programme": programme,
            "project": project,
            "batch": batch,
        }
        mentions = {name: value for name, value in given.items() if value is not None}
        visible = await seen_by(request, caller)
        wanted = EffectFilter(tuple(kind or ()), mentions, after, limit, since, until, visible)
        found = await ask(lambda connection: effects(connection, wanted))
        return answer(request, found, limit)

    @router.get("/search", operation_id="effects_FullText")
    async def words(
        request: Request,
        *,
        q: Annotated[str, Query(min_length=1, max_length=200, examples=["竹林碳汇", "bamboo"])],
        since: Time = None,
        until: Time = None,
        after: After = 0,
        limit: Limit = 100,
    ) -> Response:
        """Transactions in whose order or effects people wrote every word of `q`, in Chinese or English.

        A word of letters is found by its beginning; Chinese characters as they follow each other.
        """
        authenticator.require(request)
        wanted = TransactionFilter(words=q, after=after, limit=limit, since=since, until=until)
        found = await ask(lambda connection: transactions(connection, wanted))
        return answer(request, found, limit)

    @router.get("/organisations/{organisation}/activity", operation_id="effects_Organisation")
    async def activity(
        request: Request,
        *,
        organisation: Annotated[str, Path(max_length=128)],
        function: Text = None,
        since: Time = None,
        until: Time = None,
        after: After = 0,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> Response:
        """Everything that one organisation did, with the effects of each transaction; its own, or a supervisor's."""
        caller = authenticator.require(request)
        if caller.supervises:
            request.state.supervised = True
        elif caller.organisation != organisation:
            raise Problem(FORBIDDEN, name="organisation", value=organisation)
        wanted = TransactionFilter(organisation, function, "", after, limit, since, until)

        def both(connection: Connection) -> list[dict[str, Any]]:
            found = transactions(connection, wanted)
            return [{**one, "effects": effects_of(connection, one["transaction"])} for one in found]

        return answer(request, await ask(both), limit)

    @router.get("/credits/batches/{batch}/serials/{serial}/life", operation_id="effects_SerialLife")
    async def serial(
        request: Request, batch: str, serial: int, *, after: After = 0, limit: Limit = PAGE_MAX
    ) -> Response:
        """The whole life of one serial number: issue, transfers, holds, retirement or cancellation."""
        authenticator.require(request)
        if not 0 < serial <= SERIAL_MAX:
            raise Problem(NOT_FOUND, name="serial", value=str(serial)[:40])
        items = await ask(lambda connection: serial_life(connection, batch, serial, after, limit))
        if not items and not after:
            raise Problem(NOT_FOUND, name="serial", value=f"{batch} {serial}"[:120])
        return answer(request, items, limit)

    @router.get("/read-model", operation_id="effects_ReadModel")
    async def state(request: Request) -> dict[str, Any]:
        """How far the searches are behind the ledger."""
        authenticator.require(request)
        position = await asyncio.to_thread(store.position)
        height = await ledger.height()
        return {
            "block": str(position.block),
            "transactions": str(position.transactions),
            "effects": str(position.effects),
            "ledger_height": str(height),
            "blocks_behind": str(max(height - 1 - position.block, 0)),
        }

    return router
