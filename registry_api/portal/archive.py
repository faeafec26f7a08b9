"""What pages ask of the read model: newest effects first, and figures folded from all of them.

Calls block on the database: use them from a thread.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, exists, func, select
from sqlalchemy.engine import RowMapping

from tanhui.registry_api.portal.statistics import Statistics
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.read_model.tables import EFFECTS, MENTIONS, RANGES
from tanhui.registry_api.read_model.visibility import NAMED_KINDS

PAGE_MAX: Final = 200
FOLDED_AT_ONCE_MAX: Final = 20_000
"""Effects that one page's request folds into the figures; the next goes on."""
CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Happened:
    """One effect, and where and when it stands.

    Attributes:
        number: its place among all effects, from 1.
        at: the transaction's timestamp, seconds since 1970; None where the read model does not know it.
    """

    number: int
    block: int
    transaction: str
    position: int
    kind: str
    at: int | None
    effect: Mapping[str, Any]

    @property
    def reference(self) -> str:
        """Transaction and position, as a certificate's address has them."""
        return f"{self.transaction}.{self.position}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which effects, newest first: of these kinds, naming every one of `mentions` (member → identifier).

    Attributes:
        text: what must stand somewhere in the effect; "" for anything.
        since, until: days (YYYY-MM-DD, both included) between which the effect's own `day` lies; "" for open.
        before: only those with a lower number; 0 for the newest.
    """

    kinds: tuple[str, ...]
    mentions: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    since: str = ""
    until: str = ""
    before: int = 0
    limit: int = 50


class Archive:
    """Reads one read model."""

    def __init__(self, store: ReadStore) -> None:
        self._store = store
        self._statistics = Statistics()
        self._folded = 0
        self._lock = threading.Lock()

    def newest(self, wanted: Wanted) -> list[Happened]:
        """Matching effects, newest first, at most PAGE_MAX."""
        query = _matching(wanted)
        if wanted.before:
            query = query.where(EFFECTS.c.id < wanted.before)
        return self._rows(query.order_by(EFFECTS.c.id.desc()).limit(min(wanted.limit, PAGE_MAX)))

    def following(self, kinds: Sequence[str], after: int, limit: int) -> list[Happened]:
        """Effects of these kinds with a higher number than `after`, oldest first, at most `limit`."""
        query = select(EFFECTS).where(EFFECTS.c.kind.in_(kinds), EFFECTS.c.id > after)
        return self._rows(query.order_by(EFFECTS.c.id).limit(limit))

    def count(self, wanted: Wanted) -> int:
        """How many match, whatever the page."""
        matching = _matching(wanted).with_only_columns(func.count())
        with self._store.engine.connect() as connection:
            return int(connection.scalar(matching) or 0)

    def of_transaction(self, transaction: str) -> list[Happened]:
        """The effects of one transaction, in its order; none for an unknown one."""
        query = select(EFFECTS).where(EFFECTS.c.transaction == transaction).order_by(EFFECTS.c.id)
        return self._rows(query.limit(PAGE_MAX))

    def serial_life(self, batch: str, serial: int) -> list[Happened]:
        """Everything that happened to one serial, oldest first."""
        concerned = exists().where(
            (RANGES.c.effect == EFFECTS.c.id)
            & (RANGES.c.batch == batch)
            & (RANGES.c.first <= serial)
            & (RANGES.c.last >= serial)
        )
        told = EFFECTS.c.kind.not_in(sorted(NAMED_KINDS))  # what a trade paid is its parties'
        return self._rows(select(EFFECTS).where(concerned, told).order_by(EFFECTS.c.id).limit(PAGE_MAX))

    def statistics(self) -> Statistics:
        """The figures as far as they are folded; each call goes on where the last one stopped."""
        with self._lock:
            for _ in range(FOLDED_AT_ONCE_MAX // CHUNK):
                query = select(EFFECTS).where(EFFECTS.c.id > self._folded).order_by(EFFECTS.c.id).limit(CHUNK)
                found = self._rows(query)
                for one in found:
                    self._statistics.add(one.kind, one.effect, one.at)
                    self._folded = one.number
                if len(found) < CHUNK:
                    break
            return self._statistics.copy()

    def _rows(self, query: Select[Any]) -> list[Happened]:
        with self._store.engine.connect() as connection:
            return [_happened(row) for row in connection.execute(query).mappings()]


def _matching(wanted: Wanted) -> Select[Any]:
    query = select(EFFECTS).where(EFFECTS.c.kind.in_(wanted.kinds))
    for name, value in sorted(wanted.mentions.items()):
        named = (MENTIONS.c.effect == EFFECTS.c.id) & (MENTIONS.c.name == name) & (MENTIONS.c.value == value)
        query = query.where(exists().where(named))
    if wanted.text:
        query = query.where(EFFECTS.c.document.contains(wanted.text, autoescape=True))
    for text, low in ((wanted.since, True), (wanted.until, False)):
        if text:
            day = (MENTIONS.c.effect == EFFECTS.c.id) & (MENTIONS.c.name == "day")
            bound = MENTIONS.c.value >= text if low else MENTIONS.c.value <= text
            query = query.where(exists().where(day & bound))
    return query


def _happened(row: RowMapping) -> Happened:
    return Happened(
        number=row["id"],
        block=row["block"],
        transaction=row["transaction"],
        position=row["position"],
        kind=row["kind"],
        at=row.get("at"),
        effect=json.loads(row["document"]),
    )
