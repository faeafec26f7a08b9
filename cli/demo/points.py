"""The points lane's part of the month: accounts, activities, transfers, redemptions, cancellations, a reversal."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from tanhui.chaincode.rules.activity_records import claim_struct
from tanhui.cli.activity_batches import RECORD_BATCH, SourceKeys, batch_order
from tanhui.cli.demo.clerk import RECORDER, SECOND_RECORDER, Clerk, Effects, in_flight
from tanhui.cli.demo.month import UTC8_S, Activity, Month, batches
from tanhui.cli.demo.setting import METHODOLOGY_VERSION, PROGRAMME, SOURCE, unit_organisation

ACCOUNTS_A_TRANSACTION: Final = 500
RECORDS_A_BATCH: Final = 2_000
ACTS_MAX: Final = 100
"""Transfers, and redemptions, at most."""
WRONG_MAX: Final = 50
"""Records of the batch that is reversed."""
WRONG_AMOUNT: Final = 3
WRONG_HOUR_S: Final = 22 * 3_600
"""Time of day (UTC+8) of the wrong records; nothing that is right happens then."""

Call = Callable[[], Awaitable[Effects]]
_CLAIM: Final = claim_struct(1)


def pack(activities: Sequence[Activity]) -> bytes:
    """Packed claims of a scene with one input."""
    return b"".join(_CLAIM.pack(one.account, one.when, one.evidence, one.amount) for one in activities)


class PointsMonth:
    """Runs the points lane for a month's data.

    Args:
        keys: has the data source's key.
    """

    def __init__(self, clerk: Clerk, keys: SourceKeys, month: Month) -> None:
        self._clerk = clerk
        self._keys = keys
        self._month = month

    def opening_units(self) -> list[Call]:
        """The unit accounts, which persons then join."""
        accounts = [
            {"account": one.hex(), "holder": "unit", "organisation": unit_organisation(number)}
            for number, one in enumerate(self._month.units)
        ]
        return self._opening("units", accounts)

    def opening_people(self) -> list[Call]:
        """The persons' accounts: random ids, and the unit."""
        units = [one.hex() for one in self._month.units]
        accounts = [
            {"account": one.account.hex(), "holder": "person", "unit": units[one.unit]}
            for one in self._month.people
        ]
        return self._opening("people", accounts)

    def _opening(self, name: str, accounts: list[dict[str, str]]) -> list[Call]:
        size = ACCOUNTS_A_TRANSACTION
        return [
            partial(
                self._clerk.send,
                RECORDER,
                "accounts:Open",
                f"{name}-{start // size}",
                programme=PROGRAMME,
                accounts=accounts[start : start + size],
            )
            for start in range(0, len(accounts), size)
        ]

    def recording(self) -> list[list[tuple[list[Activity], Call]]]:
        """For each scene its batches, each with the call that records it.

        Batches of one scene touch different accounts; those of two scenes may not be under way at once.
        """
        return [
            [
                (batch, partial(self.record, scene, f"{scene}-{number:04d}", batch))
                for number, batch in enumerate(batches(activities, RECORDS_A_BATCH))
            ]
            for scene, activities in self._month.activities.items()
        ]

    async def record(self, scene: str, batch: str, activities: Sequence[Activity]) -> Effects:
        """Record one batch, signed by the data source."""
        terms = {
            "programme": PROGRAMME,
            "scene": scene,
            "methodology": scene,
            "version": METHODOLOGY_VERSION,
            "source": SOURCE,
            "tranche": 0,
        }
        request_id = self._clerk.request_id(batch)
        order = batch_order(self._keys, request_id, batch, terms, pack(activities))
        return await self._clerk.send_bytes(RECORDER, RECORD_BATCH, order)

    async def record_doubles(self) -> Effects:
        """Claim some walks again as rides: one trip is claimed once, so each of these must be refused."""
        return await self.record("cycle", "cycle-doubles", self._month.doubles)

    async def welcome(self) -> None:
        """A flat award to each unit."""
        await in_flight(
            [
                partial(
                    self._clerk.send,
                    RECORDER,
                    "points:Issue",
                    f"welcome-{number}",
                    programme=PROGRAMME,
                    account=unit.hex(),
                    scene="welcome",
                    times=1,
                    tranche=0,
                )
                for number, unit in enumerate(self._month.units)
            ]
        )

    async def transfer_and_redeem(self) -> None:
        """Some people give a tenth of their points to the next one of their unit, others redeem half."""
        people, units = self._month.people, len(self._month.units)
        acts = min(ACTS_MAX // units, len(people) // (4 * units)) * units
        givers = people[:acts]
        await in_flight(
            [
                partial(self._transfer, number, one.account.hex(), people[number + acts].account.hex())
                for number, one in enumerate(givers)
                if people[number + acts].unit == one.unit
            ]
        )
        redeemers = people[2 * acts : 3 * acts]
        await in_flight([partial(self._redeem, n, one.account.hex(), 2) for n, one in enumerate(redeemers)])

    async def cancel(self) -> None:
        """The last person gives up what they have."""
        account = self._month.people[-1].account.hex()
        if points := await self._available(account):
            await self._clerk.send(
                RECORDER,
                "points:Cancel",
                "cancel",
                programme=PROGRAMME,
                account=account,
                points=str(points),
                reason="leaves the programme",
            )

    async def reverse_wrong_batch(self) -> None:
        """A batch turns out wrong after one of its people has spent all: the reversal leaves a debt there."""
        wrong = [
            Activity(one.account, (self._clerk.day - 1) * 86_400 + WRONG_HOUR_S - UTC8_S, WRONG_AMOUNT)
            for one in self._month.people[:WRONG_MAX]
        ]
        await self.record("online", "online-wrong", wrong)
        await self._redeem(ACTS_MAX, wrong[0].account.hex(), 1)
        await self._clerk.by_two(
            RECORDER,
            SECOND_RECORDER,
            "activities:ReverseBatch",
            "reverse",
            programme=PROGRAMME,
            batch="online-wrong",
            positions=[],
            reason="counted twice by the platform",
        )

    async def _transfer(self, number: int, sender: str, receiver: str) -> None:
        if points := await self._available(sender) // 10:
            order: dict[str, Any] = {"programme": PROGRAMME, "sender": sender, "receiver": receiver}
            await self._clerk.send(
                RECORDER, "points:Transfer", f"transfer-{number}", **order, points=str(min(points, 1_000))
            )

    async def _redeem(self, number: int, account: str, part: int) -> None:
        if points := await self._available(account) // part:
            await self._clerk.send(
                RECORDER,
                "points:Redeem",
                f"redeem-{number}",
                programme=PROGRAMME,
                account=account,
                points=str(points),
                reward="coupon",
                units=1,
            )

    async def _available(self, account: str) -> int:
        found = await self._clerk.ask("accounts:Get", programme=PROGRAMME, account=account)
        return int(found["available"])
