"""Who operates which programme, as the ledger says; the list of them is remembered for seconds."""

import json
import time
from collections.abc import Callable
from typing import Final

import rfc8785

from tanhui.registry_api.ledger import Ledger

KEPT_S: Final = 5.0
PROGRAMMES_MAX: Final = 10_000
LIST: Final = "programmes:List"
GET: Final = "programmes:Get"


class ProgrammeOperators:
    """The operators of programmes."""

    def __init__(self, ledger: Ledger, reader: str, now: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._reader = reader
        self._now = now
        self._operators: dict[str, str] = {}
        self._read_at = float("-inf")

    async def operator_of(self, programme: str) -> str:
        """The operator's organisation, which never changes. Raises LedgerRefusal for an unknown programme."""
        if programme not in self._operators:
            answer = await self._ledger.evaluate(GET, rfc8785.dumps({"programme": programme}), self._reader)
            if len(self._operators) >= PROGRAMMES_MAX:
                self._operators.clear()
            self._operators[programme] = json.loads(answer)["operator"]
        return self._operators[programme]

    async def operated_by(self, organisation: str) -> frozenset[str]:
        """The programmes of one operator."""
        if self._now() - self._read_at >= KEPT_S:
            self._operators = await self._read()
            self._read_at = self._now()
        mine = (one for one, operator in self._operators.items() if operator == organisation)
        return frozenset(mine) if organisation else frozenset()

    async def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        bookmark = ""
        while len(found) < PROGRAMMES_MAX:
            order = rfc8785.dumps({"page_size": 500, "bookmark": bookmark})
            page = json.loads(await self._ledger.evaluate(LIST, order, self._reader))
            found.update({one["id"]: one["operator"] for one in page["items"]})
            bookmark = page["bookmark"]
            if not bookmark:
                break
        return found
