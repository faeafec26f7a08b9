"""The month, step by step, on an open registry; then the balance, from the chain."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE as RECORD_CODES
from tanhui.cli.activity_batches import SourceKeys
from tanhui.cli.demo.balance import (
    CreditsBalance,
    Flows,
    PointsBalance,
    add_effect,
    credits_balance,
    points_balance,
)
from tanhui.cli.demo.chain import effects_of
from tanhui.cli.demo.clerk import Clerk, Effects, host_of, in_flight
from tanhui.cli.demo.credits import run_project, sell_and_retire
from tanhui.cli.demo.former import SHOP, FormerRegistry
from tanhui.cli.demo.month import Activity, Month
from tanhui.cli.demo.points import Call, PointsMonth
from tanhui.cli.demo.setting import (
    PROGRAMME,
    file_scenes,
    register_organisations,
    register_source,
    start_programme,
)
from tanhui.cli.registry_process import Registry

Step = Callable[[str, int], Callable[[], None]]
"""Told a step's name and how many transactions it has (0: unknown); answers what to call after each."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """An activity that the ledger did not credit, by its line in the user's file."""

    line: int
    code: str

    @property
    def reason(self) -> str:
        """What the code means, in English."""
        code = RECORD_CODES.get(self.code)
        return self.code if code is None else code.en.format(field="record", value=f"line {self.line}")


@dataclass(slots=True)
class Outcome:
    """What came of the month.

    Attributes:
        seconds: wall-clock time of each step.
        refused: lines of the user's file that the ledger refused.
        rejected: why activities were not credited.
    """

    month: Month
    seconds: dict[str, float] = field(default_factory=dict)
    transactions: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    flows: Flows = field(default_factory=Flows)
    points: PointsBalance = field(default_factory=lambda: PointsBalance({}, 0, 0))
    credits: list[CreditsBalance] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        """Whether every equation holds, and there was something to check."""
        checked = bool(self.points.issues) and bool(self.credits)
        return checked and self.points.balanced and all(one.balanced for one in self.credits)


class Run:
    """Runs a month on a registry that nobody founded yet.

    Args:
        data: the registry's folder; the data source's key is kept in it.
        day: on which it runs, the day after the month; days since 1970-01-01 in UTC+8.
    """

    def __init__(
        self, registry: Registry, data: Path, month: Month, day: int, *, step: Step, prefix: str = "demo"
    ) -> None:
        self._registry = registry
        self._step = step
        self._tick: Callable[[], None] = lambda: None
        self._keys = SourceKeys(data / "api" / "sources")
        self._outcome = Outcome(month)
        self._clerk = Clerk(registry.ledger, prefix, day, self._told, host_of(registry.identities))
        self._points = PointsMonth(self._clerk, self._keys, month)
        self._former = FormerRegistry(self._clerk, month)
        self._started = 0.0

    async def month(self) -> Outcome:
        """Everything that happens, in order. Raises LedgerRefusal, Problem."""
        await self.prepare()
        await self.points_lane()
        await self.credits_lane()
        await self.check()
        return self._outcome

    async def prepare(self) -> None:
        """Organisations, methodologies, data source, programme."""
        self._begin("organisations and methodologies", 0)
        await register_organisations(self._clerk)
        await in_flight(
            [
                partial(file_scenes, self._clerk),
                partial(register_source, self._clerk, self._keys),
                partial(start_programme, self._clerk),
            ]
        )
        self._end("organisations and methodologies")

    async def points_lane(self) -> None:
        """Accounts, activities, and what people do with their points."""
        await self._all("unit accounts", self._points.opening_units())
        await self._all("people's accounts", self._points.opening_people())
        recording = self._points.recording()
        self._begin("activities", sum(map(len, recording)))
        for of_scene in recording:
            await in_flight([partial(self._record, batch, call) for batch, call in of_scene])
        if self._outcome.month.doubles:
            self._count_rejections([], await self._points.record_doubles())
        self._end("activities")
        self._begin("a former registry's points", 0)
        await self._former.take_over()
        await self._former.expire()
        await self._former.convert()
        self._end("a former registry's points")
        self._begin("transfers, redemptions, a reversal", 0)
        await self._points.welcome()
        await self._points.transfer_and_redeem()
        await self._points.cancel()
        await self._points.reverse_wrong_batch()
        self._end("transfers, redemptions, a reversal")

    async def credits_lane(self) -> None:
        """A project's credits, sold and retired."""
        self._begin("project and credits", 0)
        await run_project(self._clerk)
        await sell_and_retire(self._clerk)
        self._end("project and credits")

    async def check(self) -> None:
        """The supply equations: every block's effects against the ledger's state."""
        self._begin("check from the chain", 0)
        recorded = await self._clerk.ask_all("activities:Batches", programme=PROGRAMME)
        issue_of_batch = {batch["id"]: batch["issue"] for batch in recorded}
        found = self._outcome.flows
        async for effect in effects_of(self._registry.ledger):
            add_effect(found, effect, issue_of_batch)
        accounts = [
            account
            for programme in (PROGRAMME, SHOP)
            for account in await self._clerk.ask_all("accounts:List", programme=programme)
        ]
        self._outcome.points = points_balance(found, accounts)
        for name in sorted({batch for batch, _, _ in found.ranges["issued"]}):
            batch = await self._clerk.ask("credits:Batch", batch=name)
            ranges = await self._clerk.ask_all("credits:Ranges", batch=name)
            balance = credits_balance(found, name, int(batch["quantity"]), ranges)
            self._outcome.credits.append(balance)
        self._end("check from the chain")

    async def _all(self, name: str, calls: list[Call]) -> None:
        self._begin(name, len(calls))
        await in_flight(calls)
        self._end(name)

    async def _record(self, batch: list[Activity], call: Call) -> None:
        self._count_rejections(batch, await call())

    def _count_rejections(self, batch: list[Activity], effects: Effects) -> None:
        for one in _rejected(effects):
            self._outcome.rejected[one["code"]] += 1
            if batch and batch[int(one["position"])].line:
                line = batch[int(one["position"])].line
                self._outcome.refused.append(RefusedLine(line, one["code"]))

    def _told(self) -> None:
        self._outcome.transactions += 1
        self._tick()

    def _begin(self, name: str, count: int) -> None:
        self._tick = self._step(name, count)
        self._started = time.monotonic()

    def _end(self, name: str) -> None:
        self._outcome.seconds[name] = time.monotonic() - self._started


def _rejected(effects: Effects) -> list[dict[str, Any]]:
    return [one for effect in effects for one in effect.get("rejected", ())]
