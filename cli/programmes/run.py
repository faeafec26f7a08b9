"""Runs a data set on a registry that nobody founded yet, then audits the ledger that came of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from tanhui.chaincode.rules.activity_records import claim_struct
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.rankings import Earning, battle, ranking
from tanhui.cli.activity_batches import RECORD_BATCH, SourceKeys, batch_order
from tanhui.cli.demo.clerk import (
    APPROVER,
    DAY_S,
    RECORDER,
    REGISTRAR,
    SECOND_RECORDER,
    UTC8_S,
    Clerk,
    in_flight,
    today,
)
from tanhui.cli.demo.setting import (
    EXCHANGE_ID,
    METHODOLOGY_VERSION,
    OPERATOR_ID,
    VERIFIER_ID,
    file_methodology,
)
from tanhui.cli.programmes.answers import at, holds
from tanhui.cli.programmes.data_set import DataSet, Step
from tanhui.cli.programmes.members import HOST, member_id
from tanhui.cli.programmes.placeholders import Placeholders, account_id, evidence
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import LedgerRefusal

IN_FLIGHT: Final = 32
RECORDS_A_QUERY: Final = 100


class ProgrammeError(Exception):
    """A step did not come out as its data set says."""


@dataclass(slots=True)
class Outcome:
    """What was reported, and how much was done."""

    reports: dict[str, Any] = field(default_factory=dict)
    transactions: int = 0
    refusals: int = 0
    expectations: int = 0


class Programme:
    """Carries a data set's steps out, one after the other; the repeats of one step are under way together.

    Args:
        ledger: of a registry that nobody founded yet.
        folder: of the registry; keys of data sources are kept in it.
        day: of the run, days since 1970-01-01 in UTC+8.
        clock: the day that it is now; a step that a midnight caught is resolved and sent again.
    """

    def __init__(
        self, ledger: Ledger, folder: Path, data: DataSet, day: int, clock: Callable[[], int] = today
    ) -> None:
        self._data = data
        self._keys = SourceKeys(folder / "api" / "sources")
        self.outcome = Outcome()
        self._clerk = Clerk(ledger, "programme", day, self._told)
        ids = {name: member_id(data, name) for name in data.organisations}
        ids |= {"operator": OPERATOR_ID, "exchange": EXCHANGE_ID, "verifier": VERIFIER_ID}
        self._ids = ids
        self._clock = clock
        self._places = Placeholders(data.figures, ids, day, clock)
        self._people = {
            "registrar": REGISTRAR,
            "approver": APPROVER,
            "operator": RECORDER,
            "operator-2": SECOND_RECORDER,
            "exchange": "exchange-custodian",
            "verifier": "exchange-verifier",
        } | {name: f"exchange-{name}" for name in data.organisations}

    async def run(self) -> Outcome:
        """Everything in order.

        Raises:
            ProgrammeError: an answer or a refusal is not what the data set says.
            LedgerRefusal: an order was refused that should not have been.
        """
        await self._found()
        for number, step in enumerate(self._data.steps, 1):
            names = step.each or [{"n": n} for n in range(1, step.count + 1)] or [{}]
            calls = [partial(self.step, f"{number}-{at}", step, one) for at, one in enumerate(names)]
            try:
                await in_flight(calls, IN_FLIGHT)
            except (KeyError, LookupError, ValueError) as error:
                raise ProgrammeError(f"step {number}: {type(error).__name__} {error}") from error
        return self.outcome

    async def _found(self) -> None:
        send, region = self._clerk.send, self._data.region
        await send(REGISTRAR, "governance:Found", "found", name="主管部门(示例)", region=region)
        roles = ["platform_operator", "data_source", "methodology_developer"]
        joining = [
            (OPERATOR_ID, self._data.operator, "OperatorMSP", roles),
            (EXCHANGE_ID, "交易机构(示例)", HOST, ["exchange", "holder"]),
            (VERIFIER_ID, "核证机构(示例)", HOST, ["verifier"]),
            *((self._ids[name], one.name, HOST, one.roles) for name, one in self._data.organisations.items()),
        ]
        await in_flight([partial(self._join, *one) for one in joining], IN_FLIGHT)

    async def _join(self, organisation: str, name: str, msp_id: str, roles: list[str]) -> None:
        fields = {"organisation": organisation, "name": name, "region": self._data.region, "msp_id": msp_id}
        await self._clerk.send(REGISTRAR, "organisations:Register", f"join-{organisation}", **fields)
        order = {"organisation": organisation, "roles": roles, "reason": "admitted"}
        await self._clerk.by_regulator("organisations:SetRoles", f"roles-{organisation}", **order)

    async def step(self, request: str, step: Step, names: Mapping[str, Any]) -> None:
        """Carry one step out for one of its repeats.

        Raises:
            ProgrammeError: it did not come out as the data set says.
        """
        resolve = partial(self._places.resolve, names=names)
        if step.file is not None:
            await self._file(resolve(step.file))
        elif step.record is not None:
            await self._record(request, resolve(step.record))
        elif step.rank is not None:
            self._take(step, resolve, await self._rank(resolve(step.rank)))
        elif step.ask:
            await self._ask(step, resolve)
        else:
            await self._order(request, step, resolve)

    async def _order(self, request: str, step: Step, resolve: partial[Any]) -> None:
        """Send an order; one that was made on one day and refused on the next is made anew, once."""
        for attempt in (request, f"{request}-again"):
            day, order = self._clock(), resolve(step.order)
            if step.send == "activities:RegisterSource":
                order["key"] = self._keys.create(order["source"])
            try:
                await self._send(attempt, step, resolve(step.by), order)
            except ProgrammeError:
                if attempt != request or self._clock() == day:
                    raise
            else:
                return

    async def _send(self, request: str, step: Step, by: list[str], order: dict[str, Any]) -> None:
        try:
            for who in by:
                await self._clerk.send(self._people[who], step.send, request, **order)
        except LedgerRefusal as refusal:
            if refusal.code != step.refused:
                raise ProgrammeError(
                    f"{request}, {step.send}: {refusal.code} at {refusal.field}: "
                    f"{refusal.value} {refusal.params}"
                ) from refusal
            self.outcome.refusals += 1
            return
        if step.refused:
            raise ProgrammeError(
                f"{request}, {step.send}: carried out, and should be refused: {step.refused}"
            )

    async def _ask(self, step: Step, resolve: partial[Any]) -> None:
        if step.tally:
            answer = {"items": len(await self._clerk.ask_all(step.ask, **resolve(step.order)))}
        else:
            answer = await self._clerk.ask(step.ask, **resolve(step.order))
        self._take(step, resolve, answer)

    def _take(self, step: Step, resolve: partial[Any], answer: Any) -> None:
        if step.expect is not None:
            expected = resolve(step.expect)
            if not holds(answer, expected):
                raise ProgrammeError(
                    f"{step.ask or 'rank'}: {json.dumps(answer)} does not hold {json.dumps(expected)}"
                )
            self.outcome.expectations += 1
        for name, path in step.keep.items():
            self._places.variables[name] = at(answer, path)
        if step.report:
            self.outcome.reports[resolve(step.report)] = answer

    async def _rank(self, one: dict[str, Any]) -> dict[str, Any]:
        earnings = []
        for batch in one["batches"]:
            order = {"programme": one["programme"], "batch": batch, "first": 0, "count": RECORDS_A_QUERY}
            for record in await self._clerk.ask("activities:Records", **order):
                if record["state"] == "credited":
                    points, grams = int(record["points"]), int(record["grams"])
                    earnings.append(Earning(record["account"], Day(self._clerk.day - 1), points, grams))
        teams = {name: [account_id(person) for person in team] for name, team in one["teams"].items()}
        names = {account_id(person): person for team in one["teams"].values() for person in team}
        day = Day(self._clerk.day - 1)
        return {
            "people": [
                {"rank": row.rank, "name": names[row.id], "points": str(row.points)}
                for row in ranking(earnings, str)
            ],
            "battle": [
                {"rank": row.rank, "name": row.id, "points": str(row.points)}
                for row in battle(earnings, teams, day, day)
            ],
        }

    async def _file(self, one: dict[str, Any]) -> None:
        crediting = None
        if one["lane"] == "activities":
            crediting = {
                "exclusion_group": one.get("group", one["methodology"]),
                "slot": "30m",
                "claim_days": 40,
                "records_per_day": 20,
            }
        formula = json.dumps(formula_of(one), ensure_ascii=False)
        await file_methodology(self._clerk, one["methodology"], one["title"], formula, crediting)

    async def _record(self, request: str, one: dict[str, Any]) -> None:
        start = (self._clerk.day - 1) * DAY_S - UTC8_S
        claims = b"".join(
            claim_struct(1).pack(
                bytes.fromhex(account_id(person)),
                start + int(one["hour"]) * 3_600,
                evidence(one["batch"], person),
                int(one["amount"]),
            )
            for person in one["people"]
        )
        terms = {
            "programme": one["programme"],
            "scene": one["scene"],
            "methodology": one["methodology"],
            "version": METHODOLOGY_VERSION,
            "source": one["source"],
            "tranche": 0,
        }
        order = batch_order(self._keys, self._clerk.request_id(request), one["batch"], terms, claims)
        await self._clerk.send_bytes(self._people["operator"], RECORD_BATCH, order)

    def _told(self) -> None:
        self.outcome.transactions += 1


def formula_of(one: Mapping[str, Any]) -> dict[str, Any]:
    """An amount times grams / per, with two test vectors (chaincode/rules/formula)."""
    grams, per, low, high = (int(one[name]) for name in ("grams", "per", "low", "high"))
    factor = {"numerator": str(grams), "denominator": str(per), "unit": f"gCO2e/{one['unit']}"}
    return {
        "v": "1",
        "inputs": [{"name": one["input"], "unit": one["unit"], "low": str(low), "high": str(high)}],
        "factors": {"saved": {**factor, "source": one["source"], "date": "2024-08-01"}},
        "tables": {},
        "grams": {"scale": [{"input": one["input"]}, "saved"]},
        "vectors": [{"inputs": [str(n)], "grams": str(n * grams // per)} for n in sorted({low, high})],
    }
