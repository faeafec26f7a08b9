"""Sends orders as one of the registry's identities, and keeps request ids apart."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar

import msgspec
import rfc8785

from tanhui.chaincode.contract.codes import REQUEST_REUSED
from tanhui.registry_api.ledger import Committed, Ledger
from tanhui.registry_api.problems import UNAVAILABLE, LedgerRefusal, Problem

Effects = list[dict[str, Any]]
T = TypeVar("T")
IN_FLIGHT: Final = 4
"""Transactions under way at once where they touch different keys."""
UTC8_S: Final = 8 * 3_600
DAY_S: Final = 86_400
PAGE: Final = 500
UNAVAILABLE_MAX: Final = 5
UNAVAILABLE_PAUSE_S: Final = 1.0

REGISTRAR: Final = "regulator-registrar"
APPROVER: Final = "regulator-approver"
RECORDER: Final = "operator-recorder"
SECOND_RECORDER: Final = "operator-approver"
CUSTODIAN: Final = "exchange-custodian"
VERIFIER: Final = "exchange-verifier"
OWNER: Final = "exchange-owner"
ORGANISER: Final = "exchange-organiser"
EXCHANGE: Final = "exchange"
OPERATOR: Final = "operator"


def host_of(identities: Iterable[str]) -> str:
    """Whose authority vouches for the exchange, the verifier, the owner and the organiser.

    The exchange organisation's, or the operator's on a network that has none.
    """
    return EXCHANGE if any(name.startswith(f"{EXCHANGE}-") for name in identities) else OPERATOR


def hosted(who: str, host: str) -> str:
    """A person's name, `organisation-user`, on a network where `host` vouches for the exchange's people."""
    return host + who.removeprefix(EXCHANGE) if who.startswith(f"{EXCHANGE}-") else who


def today() -> int:
    """Days since 1970-01-01 in UTC+8."""
    return int(time.time() + UTC8_S) // DAY_S


class Clerk:
    """Orders under request ids `YYYYMMDD-PREFIX-NAME`, so that sending one twice has one effect.

    An order that was carried out before with another amount, because more was there then, counts as done.

    Args:
        day: whose date the request ids bear, days since 1970-01-01 in UTC+8.
        told: called once for each transaction that is in a block.
        host: whose authority vouches for the exchange's people, as `host_of` finds it.
    """

    def __init__(
        self,
        ledger: Ledger,
        prefix: str,
        day: int,
        told: Callable[[], None] = lambda: None,
        host: str = EXCHANGE,
    ) -> None:
        self.ledger = ledger
        self.host = host
        self.day = day
        self._prefix = prefix
        self.last_transaction = ""
        """Id of the newest transaction that took effect."""
        self._told = told
        self._day = time.strftime("%Y%m%d", time.gmtime(day * DAY_S))

    def request_id(self, name: str) -> str:
        """The id of a request, the same all day."""
        return f"{self._day}-{self._prefix}-{name}"

    async def send(self, who: str, function: str, request: str, /, **order: Any) -> Effects:
        """What an order did. Raises LedgerRefusal, Problem."""
        return await self.send_bytes(
            who, function, rfc8785.dumps({**order, "request_id": self.request_id(request)})
        )

    async def send_bytes(self, who: str, function: str, order: bytes) -> Effects:
        """What an order did that is canonical JSON already."""
        try:
            committed = await self._submit(who, function, order)
        except LedgerRefusal as refusal:
            if refusal.code != REQUEST_REUSED:
                raise
            return []
        self._told()
        self.last_transaction = committed.transaction_id
        effects: Effects = msgspec.json.decode(committed.answer)["event"]["effects"]
        return effects

    async def _submit(self, who: str, function: str, order: bytes) -> Committed:
        """Sent again, as every client should, while a network cannot say what became of it."""
        for _ in range(UNAVAILABLE_MAX):
            try:
                return await self.ledger.submit(function, order, hosted(who, self.host))
            except Problem as problem:
                if problem.code is not UNAVAILABLE:
                    raise
            await asyncio.sleep(UNAVAILABLE_PAUSE_S)
        return await self.ledger.submit(function, order, hosted(who, self.host))

    async def by_two(self, one: str, other: str, function: str, request: str, /, **order: Any) -> Effects:
        """What an order did that two persons sent."""
        await self.send(one, function, request, **order)
        return await self.send(other, function, request, **order)

    async def by_regulator(self, function: str, request: str, /, **order: Any) -> Effects:
        """What an order of the regulator's two persons did."""
        return await self.by_two(REGISTRAR, APPROVER, function, request, **order)

    async def ask(self, function: str, **order: Any) -> Any:
        """The answer of a query."""
        return msgspec.json.decode(await self.ledger.evaluate(function, rfc8785.dumps(order), REGISTRAR))

    async def ask_all(self, function: str, **order: Any) -> list[Any]:
        """The items of all pages of a query."""
        items: list[Any] = []
        bookmark = ""
        while True:
            page = await self.ask(function, page_size=PAGE, bookmark=bookmark, **order)
            items += page["items"]
            bookmark = page["bookmark"]
            if not bookmark:
                return items


async def in_flight(calls: Iterable[Callable[[], Awaitable[T]]], limit: int = IN_FLIGHT) -> list[T]:
    """Make the calls, `limit` of them at once, and answer in their order; the first failure ends it."""
    waiting = iter(enumerate(calls))
    results: dict[int, T] = {}

    async def work() -> None:
        for number, call in waiting:
            results[number] = await call()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(limit):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return [results[number] for number in range(len(results))]
