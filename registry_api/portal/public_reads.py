"""What anybody may read without an account: a fixed list of the contract's queries, asked as the registry's reader.

What is not in the list cannot be asked here, whatever a page does. Answers are kept for a moment, so that a page
that many open costs the ledger one question.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

import msgspec

from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.orders import canonical
from tanhui.registry_api.problems import STATUS_OF_KIND, LedgerRefusal

PUBLIC: Final = frozenset(
    {
        "activities:Batch",
        "activities:Batches",
        "activities:Source",
        "budgets:Benchmark",
        "budgets:RedCards",
        "credits:Batch",
        "credits:Ranges",
        "events:Get",
        "events:List",
        "events:Rules",
        "governance:Founding",
        "market:Labelled",
        "market:Listings",
        "market:PriceVersions",
        "methodologies:List",
        "methodologies:Version",
        "methodologies:Versions",
        "notices:Comments",
        "notices:Get",
        "organisations:Get",
        "organisations:List",
        "programmes:Get",
        "programmes:Issues",
        "programmes:List",
        "programmes:Rules",
        "projects:All",
        "projects:Get",
        "projects:Periods",
        "recalls:List",
        "recognition:Agreement",
        "recognition:Agreements",
        "recognition:Statements",
        "recognition:Terms",
        "retirements:Get",
        "retirements:List",
        "retirements:Standing",
        "rewards:Get",
        "rewards:List",
        "rewards:StockUse",
        "targets:All",
    }
)
"""No query that names a person's account is among them."""

KEPT_S: Final = 2.0
KEPT_ANSWERS_MAX: Final = 2_000
PAGES_MAX: Final = 20
PAGE_SIZE: Final = 500


class PublicReads:
    """Asks the ledger what is public."""

    def __init__(self, ledger: Ledger, reader: str, now: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._reader = reader
        self._now = now
        self._kept: OrderedDict[tuple[str, bytes], tuple[float, bytes]] = OrderedDict()

    async def ask(self, function: str, **order: Any) -> Any:
        """The answer of a public query.

        Raises:
            KeyError: the function is not public.
            LedgerRefusal, Problem: as the ledger says.
        """
        if function not in PUBLIC:
            raise KeyError(function)
        argument = canonical(order)
        key = (function, argument)
        found = self._kept.get(key)
        if found is not None and found[0] > self._now():
            return msgspec.json.decode(found[1])
        answer = await self._ledger.evaluate(function, argument, self._reader)
        self._kept[key] = (self._now() + KEPT_S, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_ANSWERS_MAX:
            self._kept.popitem(last=False)
        return msgspec.json.decode(answer)

    def forget(self) -> None:
        """Drop the answers that are kept: who has just changed something wants to see it."""
        self._kept.clear()

    async def find(self, function: str, **order: Any) -> Any | None:
        """The same; None where the ledger has no such thing, or the id is none."""
        try:
            return await self.ask(function, **order)
        except LedgerRefusal as refusal:
            entry = CATALOGUE.get(refusal.code)
            if entry is not None and STATUS_OF_KIND[entry.kind] in {404, 422}:
                return None
            raise

    async def all(self, function: str, **order: Any) -> list[Any]:
        """The items of a query's pages, up to PAGES_MAX pages of PAGE_SIZE."""
        items: list[Any] = []
        bookmark = ""
        for _ in range(PAGES_MAX):
            page = await self.ask(function, page_size=PAGE_SIZE, bookmark=bookmark, **order)
            items += page["items"]
            bookmark = page["bookmark"]
            if not bookmark:
                break
        return items
