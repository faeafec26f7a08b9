"""Many orders for one function, each written by itself and safe to repeat: what bulk writes and jobs are made of."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tanhui.registry_api.languages import Language
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.orders import REQUEST_ID, canonical, told_of
from tanhui.registry_api.problems import LedgerRefusal, Problem, problem_document, refusal_document


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """A function, and the orders for it without their request ids."""

    function: str
    items: tuple[dict[str, Any], ...]


async def write_item(
    ledger: Ledger, order: BulkOrder, key: str, number: int, *, identity: str, language: Language
) -> tuple[int, dict[str, Any]]:
    """Write one item: status and what the ledger answered, or the problem."""
    try:
        argument = canonical(order.items[number] | {REQUEST_ID: f"{key}.{number}"})
        committed = await ledger.submit(order.function, argument, identity)
    except LedgerRefusal as refusal:
        document = refusal_document(refusal, language)
        return document["status"], {"problem": document}
    except Problem as problem:
        return problem.code.status, {"problem": problem_document(problem, language)}
    status, told = told_of(committed)
    return status, {"answer": told}


async def in_flight(calls: Sequence[Callable[[], Awaitable[None]]], together_max: int) -> None:
    """Run calls, so many at once."""
    free = asyncio.Semaphore(together_max)

    async def run(call: Callable[[], Awaitable[None]]) -> None:
        async with free:
            await call()

    async with asyncio.TaskGroup() as group:
        for call in calls:
            group.create_task(run(call))
