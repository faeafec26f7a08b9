"""Effects for reports, streamed from the read model in the ledger's order."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from tanhui.registry_api.read_model.tables import EFFECTS
from tanhui.registry_api.reports.report import Effects, Happened, Told, Wish

ROWS_HELD_MAX: Final = 1_000
CHINA: Final = timezone(timedelta(hours=8))
"""Days are counted in UTC+8, as on the ledger."""


def day_of(at: int) -> str:
    """The day of a moment, YYYY-MM-DD in UTC+8."""
    return datetime.fromtimestamp(at, CHINA).date().isoformat()


def start_of(day: date) -> int:
    """The first second of a day in UTC+8."""
    return int(datetime.combine(day, time(), CHINA).timestamp())


def effects_up_to(connection: Connection, wish: Wish, told: Told | None = None) -> Effects:
    """Reads effects of kinds that happened before the end of the wished day.

    `told` learns how many a reading has, which are counted first, and then of each that is read.
    """

    def read(kinds: tuple[str, ...]) -> Iterator[Happened]:
        query = select(EFFECTS).where(EFFECTS.c.kind.in_(kinds))
        if wish.as_of is not None:
            query = query.where(EFFECTS.c.at < start_of(wish.as_of + timedelta(days=1)))
        if told is not None:
            told(0, connection.scalar(query.with_only_columns(func.count())) or 0)
        query = query.order_by(EFFECTS.c.id)
        streamed = connection.execution_options(stream_results=True, max_row_buffer=ROWS_HELD_MAX)
        for row in streamed.execute(query).mappings():
            yield Happened(
                row["block"],
                row["transaction"],
                row["position"],
                row["at"],
                row["kind"],
                json.loads(row["document"]),
            )
            if told is not None:
                told(1, 0)

    return read
