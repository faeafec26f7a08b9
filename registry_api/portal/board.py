"""The leaderboard's figures: what each unit's members earned in each month, from the ledger's own records.

Only sums by unit are kept and shown; no person's account leaves this module. A batch that is reversed or reviewed
later is read again, and its sums replaced. Each refresh reads a bounded number of batches and says how many wait.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.orders import canonical
from tanhui.registry_api.portal.archive import Archive, Happened
from tanhui.registry_api.wording.formats import CHINA

BATCHES_A_REFRESH_MAX: Final = 40
ACCOUNTS_ASKED_MAX: Final = 200
"""New accounts that are asked for one by one; when more are new, their programme's whole list is read."""
LIST_PAGES_MAX: Final = 2_000
LIST_PAGE: Final = 500
EFFECTS_A_REFRESH_MAX: Final = 20_000
RECORDS_A_CALL: Final = 500
CREDITED: Final = "credited"
_BATCH_KINDS: Final = frozenset(
    {
        "activities.recorded",
        "activities.credited",
        "activities.reversed",
        "activities.attested",
        "activities.rejected",
    }
)
_KINDS: Final = ("accounts.opened", "accounts.unit_changed", *sorted(_BATCH_KINDS))

Sums = dict[tuple[str, str], tuple[int, int]]
"""(unit account, month YYYY-MM) → points, grams."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the board. Points are whole, `grams` grams CO2e; equal points share a rank."""

    rank: int
    name: str
    points: int
    grams: int


@dataclass(slots=True)
class Members:
    """Who belongs to which unit, as the ledger says it now."""

    organisations: dict[str, str] = field(default_factory=dict)
    """Unit account → organisation."""
    units: dict[str, str] = field(default_factory=dict)
    """Person's account → unit account."""

    def take(self, account: Mapping[str, Any]) -> None:
        """Take an account in, as the ledger's queries describe it."""
        if account["organisation"]:
            self.organisations[account["account"]] = account["organisation"]
        elif account["unit"]:
            self.units[account["account"]] = account["unit"]
        else:
            self.units.pop(account["account"], None)


def sums_of(records: Iterable[Mapping[str, Any]], units: Mapping[str, str]) -> Sums:
    """What a batch's credited records come to, by unit and month; who belongs to no unit counts for none."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in records:
        unit = units.get(one["account"])
        if unit is None or one["state"] != CREDITED:
            continue
        month = datetime.fromtimestamp(int(one["when"]), CHINA).strftime("%Y-%m")
        found[unit, month][0] += int(one["points"])
        found[unit, month][1] += int(one["grams"])
    return {key: (points, grams) for key, (points, grams) in found.items()}


def ranked(points_and_grams: Mapping[str, tuple[int, int]]) -> list[Standing]:
    """By points, then by name; equal points share a rank (1, 2, 2, 4)."""
    rows: list[Standing] = []
    for place, name in enumerate(
        sorted(points_and_grams, key=lambda one: (-points_and_grams[one][0], one)), 1
    ):
        points, grams = points_and_grams[name]
        shared = bool(rows) and rows[-1].points == points
        rows.append(Standing(rows[-1].rank if shared else place, name, points, grams))
    return rows


class Board:
    """Keeps the sums of one ledger up to date."""

    def __init__(self, ledger: Ledger, reader: str, archive: Archive) -> None:
        self._ledger = ledger
        self._reader = reader
        self._archive = archive
        self._seen = 0
        self._members = Members()
        self._programme_of_account: dict[str, str] = {}
        self._changed: dict[tuple[str, str], None] = {}
        self._waiting: dict[tuple[str, str], None] = {}
        self._batches: dict[tuple[str, str], Sums] = {}
        self._lock = asyncio.Lock()

    @property
    def organisations(self) -> Mapping[str, str]:
        """Unit account → organisation."""
        return self._members.organisations

    @property
    def waiting(self) -> int:
        """Batches that are not counted yet."""
        return len(self._waiting)

    async def refresh(self) -> None:
        """Take in what happened since; a part of it where there is much."""
        async with self._lock:
            found = await asyncio.to_thread(
                self._archive.following, _KINDS, self._seen, EFFECTS_A_REFRESH_MAX
            )
            self._take(found)
            await self._read_members()
            for key in list(self._waiting)[:BATCHES_A_REFRESH_MAX]:
                self._batches[key] = sums_of(await self._records(*key), self._members.units)
                del self._waiting[key]

    def _take(self, found: Iterable[Happened]) -> None:
        for one in found:
            self._seen = one.number
            if one.kind in _BATCH_KINDS:
                # A reversal names its batch alone: the programme is known from the recording.
                programme = one.effect.get("programme") or self._programme_of(one.effect["batch"])
                self._waiting[programme, one.effect["batch"]] = None
            else:
                account = one.effect["account"]
                programme = one.effect.get("programme") or self._programme_of_account.get(account, "")
                self._programme_of_account[account] = programme
                self._changed[programme, account] = None

    def _programme_of(self, batch: str) -> str:
        every = [*self._batches, *self._waiting]
        return next((programme for programme, name in every if name == batch), "")

    async def _read_members(self) -> None:
        """Ask for the accounts that were opened, or that changed their unit, since."""
        for programme in sorted({programme for programme, _ in self._changed}):
            accounts = [account for of, account in self._changed if of == programme]
            if len(accounts) > ACCOUNTS_ASKED_MAX:
                await self._read_list(programme)
            else:
                for account in accounts:
                    self._members.take(await self._ask("accounts:Get", programme=programme, account=account))
            for account in accounts:
                del self._changed[programme, account]

    async def _read_list(self, programme: str) -> None:
        bookmark = ""
        for _ in range(LIST_PAGES_MAX):
            page = await self._ask(
                "accounts:List", programme=programme, page_size=LIST_PAGE, bookmark=bookmark
            )
            for account in page["items"]:
                self._members.take(account)
            bookmark = page["bookmark"]
            if not bookmark:
                return

    async def _ask(self, function: str, **order: Any) -> Any:
        return msgspec.json.decode(await self._ledger.evaluate(function, canonical(order), self._reader))

    async def _records(self, programme: str, batch: str) -> list[Mapping[str, Any]]:
        records: list[Mapping[str, Any]] = []
        while True:
            listed = await self._ask(
                "activities:Records",
                programme=programme,
                batch=batch,
                first=len(records),
                count=RECORDS_A_CALL,
            )
            records += listed
            if len(listed) < RECORDS_A_CALL:
                return records

    def units(self, period: str) -> list[Standing]:
        """Unit accounts in a period: a year (YYYY) or a month (YYYY-MM)."""
        return ranked(self._sums(period, lambda unit: unit))

    def districts(self, period: str, regions: Mapping[str, str]) -> list[Standing]:
        """Districts (GB/T 2260) in a period: where `regions` says that a unit's organisation is registered.

        For one that is not in it, digits 3 to 8 of its USCC say it, as for the ledger's own ranking.
        """

        def district_of(unit: str) -> str:
            organisation = self.organisations.get(unit, "")
            return regions.get(organisation) or organisation[2:8]

        return ranked(self._sums(period, district_of))

    def months(self) -> list[str]:
        """Months in which anything was earned, newest first."""
        return sorted({month for sums in self._batches.values() for _, month in sums}, reverse=True)

    def _sums(self, period: str, of: Any) -> dict[str, tuple[int, int]]:
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for sums in self._batches.values():
            for (unit, month), (points, grams) in sums.items():
                if month.startswith(period):
                    found[of(unit)][0] += points
                    found[of(unit)][1] += grams
        return {name: (points, grams) for name, (points, grams) in found.items() if name}
