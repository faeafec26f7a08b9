"""Searches over everything that the ledger did: by kind, by whom or what it names, by serial, by words."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy.engine import Connection

from tanhui.registry_api.access.authentication import Authenticator
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
from tanhui.registry_api.read_model.visibility import Sight
from tanhui.registry_api.routes.answers import json_answer
from tanhui.registry_api.routes.known_queries import known_queries
from tanhui.registry_api.routes.sight import sight_of

T = TypeVar("T")

SERIAL_MAX = 2**63 - 1
Text = Annotated[str | None, Query(max_length=200)]
After = Annotated[int, Query(ge=0, le=SERIAL_MAX, description="The number after which the list goes on.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Items in one page.")]
Time = Annotated[int | None, Query(ge=0, le=2**40, description="Seconds since 1970.")]


class Searches:
    """Handlers: each asks the read model in a thread and answers one page of it.

    Args:
        store: where the read model lies, and `projector` how far it has come.
        ledger: asked for its height alone.
        programmes: who operates what, for whose effects on persons' accounts a caller sees.
    """

    def __init__(
        self,
        store: ReadStore,
        projector: Projector,
        ledger: Ledger,
        authenticator: Authenticator,
        programmes: ProgrammeOperators,
    ) -> None:
        self._store = store
        self._projector = projector
        self._ledger = ledger
        self._authenticator = authenticator
        self._programmes = programmes

    async def find(
        self,
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

        Effects on persons' accounts are shown to their programme's operator, deals and budgets to whom they name,
        everything to supervisors.
        """
        caller = self._authenticator.require(request)
        given = {
            "any": names,
            "organisation": organisation,
            "account": account,
            "programme": programme,
            "project": project,
            "batch": batch,
        }
        mentions = {name: value for name, value in given.items() if value is not None}
        visible = await sight_of(request, caller, self._programmes)
        wanted = EffectFilter(tuple(kind or ()), mentions, after, limit, since, until, visible)
        found = await self._ask(lambda connection: effects(connection, wanted))
        return self._answer(request, found, limit)

    async def words(
        self,
        request: Request,
        *,
        q: Annotated[str, Query(min_length=1, max_length=200, examples=["竹林碳汇", "bamboo"])],
        since: Time = None,
        until: Time = None,
        after: After = 0,
        limit: Limit = 100,
    ) -> Response:
        """Transactions in whose order or effects people wrote every word of `q`, in Chinese or English.

        A word of letters is found by its beginning; Chinese characters as they follow each other. A caller finds
        its own organisation's, and those of which it may see every effect; a supervisor everything.
        """
        caller = self._authenticator.require(request)
        visible = await sight_of(request, caller, self._programmes)
        wanted = TransactionFilter(words=q, after=after, limit=limit, since=since, until=until, sight=visible)
        found = await self._ask(lambda connection: transactions(connection, wanted))
        return self._answer(request, found, limit)

    async def activity(
        self,
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
        caller = self._authenticator.require(request)
        if caller.supervises:
            request.state.supervised = True
        elif caller.organisation != organisation:
            raise Problem(FORBIDDEN, name="organisation", value=organisation)
        wanted = TransactionFilter(organisation, function, "", after, limit, since, until)

        def both(connection: Connection) -> list[dict[str, Any]]:
            found = transactions(connection, wanted)
            return [{**one, "effects": effects_of(connection, one["transaction"])} for one in found]

        return self._answer(request, await self._ask(both), limit)

    async def serial(
        self, request: Request, batch: str, serial: int, *, after: After = 0, limit: Limit = PAGE_MAX
    ) -> Response:
        """The whole life of one serial number: issue, transfers, holds, retirement or cancellation."""
        caller = self._authenticator.require(request)
        if not 0 < serial <= SERIAL_MAX:
            raise Problem(NOT_FOUND, name="serial", value=str(serial)[:40])
        sight = None if caller.supervises else Sight(organisation=caller.organisation)
        items = await self._ask(
            lambda connection: serial_life(connection, batch, serial, after=after, limit=limit, sight=sight)
        )
        if not items and not after:
            raise Problem(NOT_FOUND, name="serial", value=f"{batch} {serial}"[:120])
        return self._answer(request, items, limit)

    async def state(self, request: Request) -> dict[str, Any]:
        """How far the searches are behind the ledger."""
        self._authenticator.require(request)
        position = await asyncio.to_thread(self._store.position)
        height = await self._ledger.height()
        return {
            "block": str(position.block),
            "transactions": str(position.transactions),
            "effects": str(position.effects),
            "ledger_height": str(height),
            "blocks_behind": str(max(height - 1 - position.block, 0)),
        }

    async def _ask(self, query: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._store.engine.connect() as connection:
                return query(connection)

        return await asyncio.to_thread(run)

    def _answer(self, request: Request, items: list[dict[str, Any]], limit: int) -> Response:
        following = items[-1]["number"] if len(items) == limit else None
        depends_on_ledger(request)
        block = str(self._projector.block)
        return json_answer(request, {"items": items, "after": following, "as_of_block": block})


def effect_routes(
    store: ReadStore,
    projector: Projector,
    ledger: Ledger,
    authenticator: Authenticator,
    programmes: ProgrammeOperators,
) -> APIRouter:
    """GET effects, transactions by words and by organisation, one serial's life, and how far this is behind."""
    searches = Searches(store, projector, ledger, authenticator, programmes)
    router = APIRouter(prefix="/v1", tags=["effects"], dependencies=[Depends(known_queries)])
    for path, handler, name in (
        ("/effects", searches.find, "effects_Search"),
        ("/search", searches.words, "effects_FullText"),
        ("/organisations/{organisation}/activity", searches.activity, "effects_Organisation"),
        ("/credits/batches/{batch}/serials/{serial}/life", searches.serial, "effects_SerialLife"),
        ("/read-model", searches.state, "effects_ReadModel"),
    ):
        router.add_api_route(path, handler, methods=["GET"], operation_id=name)
    return router
