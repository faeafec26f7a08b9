"""The audit log: who was denied what, and what supervisors read of others. Kept in the API's own database.

Entries pass through a bounded queue, so that no caller waits for the disk; what the queue cannot take is counted
and noted as lost. The oldest rows go when there are more than may be kept.
"""

import asyncio
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from sqlalchemy import Engine, delete, func, insert, select

from tanhui.registry_api.service.tables import AUDIT

QUEUE_ENTRIES_MAX: Final = 10_000
ENTRIES_A_COMMIT: Final = 500
FLUSH_S: Final = 0.5
PAGE_MAX: Final = 500

Kind = Literal["denied", "read", "lost"]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry; texts are cut to what the table holds."""

    kind: Kind
    caller: str
    identity: str
    organisation: str
    address: str
    method: str
    path: str
    status: int
    code: str


class AuditLog:
    """Appends entries in the background; `rows_max` are kept."""

    def __init__(self, engine: Engine, rows_max: int) -> None:
        self._engine = engine
        self._rows_max = rows_max
        self._waiting: deque[tuple[int, AuditEntry]] = deque()
        self._lost = 0

    def note(self, entry: AuditEntry) -> None:
        """Add an entry; never waits."""
        if len(self._waiting) >= QUEUE_ENTRIES_MAX:
            self._lost += 1
            return
        self._waiting.append((int(time.time()), entry))

    async def run(self) -> None:
        """Write until cancelled, and then what is left."""
        try:
            while True:
                await asyncio.sleep(FLUSH_S)
                await asyncio.to_thread(self.flush)
        finally:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._lost:
            lost, self._lost = self._lost, 0
            empty = AuditEntry("lost", "", "", "", "", "", "", lost, "audit.queue_full")
            self._waiting.append((int(time.time()), empty))
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(len(self._waiting), ENTRIES_A_COMMIT))]
            with self._engine.begin() as connection:
                connection.execute(insert(AUDIT), [_row(at, entry) for at, entry in some])
                newest = connection.scalar(select(func.max(AUDIT.c.id))) or 0
                connection.execute(delete(AUDIT).where(AUDIT.c.id <= newest - self._rows_max))

    def page(
        self, after: int, limit: int, kind: str | None, organisation: str | None
    ) -> list[dict[str, Any]]:
        """Entries with an id over `after`, oldest first."""
        query = select(AUDIT).where(AUDIT.c.id > after).order_by(AUDIT.c.id).limit(min(limit, PAGE_MAX))
        if kind is not None:
            query = query.where(AUDIT.c.kind == kind)
        if organisation is not None:
            query = query.where(AUDIT.c.organisation == organisation)
        with self._engine.connect() as connection:
            return [{**row, "id": str(row["id"])} for row in connection.execute(query).mappings()]


def _row(at: int, entry: AuditEntry) -> dict[str, Any]:
    row: dict[str, Any] = {"at": at}
    for name, value in asdict(entry).items():
        length = getattr(AUDIT.c[name].type, "length", None)
        row[name] = value.replace("\x00", "\ufffd")[:length] if isinstance(value, str) else value
    return row
