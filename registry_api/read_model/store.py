"""The read model's database: SQLite by default, PostgreSQL by its URL; effects in, with their position, atomically."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import Connection

from tanhui.registry_api.ledger import LedgerEvent
from tanhui.registry_api.read_model.mentions import mentions_of
from tanhui.registry_api.read_model.tables import EFFECTS, MENTIONS, METADATA, POSITION, RANGES, VERSION

_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class Position:
    """How far the read model has come: block and transaction id of the last effects, and how many there are.

    `block` is -1 before the first.
    """

    block: int
    transaction: str
    effects: int


def open_engine(url: str) -> Engine:
    """An engine for a database URL; SQLite waits for locks and writes ahead."""
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


class ReadStore:
    """The tables of one read model. Calls block on the database: use them from a thread."""

    def __init__(self, engine: Engine) -> None:
        """Open the tables, made anew when they are not there or have another shape."""
        self.engine = engine
        if not self._is_current():
            self.reset()

    def _is_current(self) -> bool:
        if not inspect(self.engine).has_table(POSITION.name):
            return False
        with self.engine.connect() as connection:
            return connection.scalar(select(POSITION.c.version)) == VERSION

    def reset(self) -> None:
        """Drop everything and begin before block 0."""
        METADATA.drop_all(self.engine)
        METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            start = {"id": _ROW, "version": VERSION, "block": -1, "transaction": "", "effects": 0}
            connection.execute(insert(POSITION).values(start))

    def position(self) -> Position:
        """Where the model stands."""
        with self.engine.connect() as connection:
            return _position(connection)

    def apply(self, events: Sequence[LedgerEvent]) -> int:
        """Take in the effects of transactions, in the ledger's order, and move the position: all or nothing.

        Returns:
            How many effects were added. Events at or before the position are left out, so that a repeat after
            a lost answer changes nothing.
        """
        with self.engine.begin() as connection:
            position = _position(connection)
            fresh = _after(position, events)
            if not fresh:
                return 0
            added = _insert(connection, position.effects, fresh)
            last = fresh[-1]
            moved = {
                "block": last.block,
                "transaction": last.transaction_id,
                "effects": position.effects + added,
            }
            connection.execute(update(POSITION).values(moved))
            return added

    def close(self) -> None:
        """Release the database."""
        self.engine.dispose()


def _position(connection: Connection) -> Position:
    row = connection.execute(select(POSITION.c.block, POSITION.c.transaction, POSITION.c.effects)).one()
    return Position(row.block, row.transaction, row.effects)


def _after(position: Position, events: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """The events behind the position. Within its own block, those that follow its transaction."""
    at = next((i for i, one in enumerate(events) if one.transaction_id == position.transaction), None)
    if at is not None:
        return list(events[at + 1 :])
    return [
        one for one in events if one.block > position.block or (one.block == position.block and at is None)
    ]


def _insert(connection: Connection, before: int, events: Sequence[LedgerEvent]) -> int:
    effects: list[dict[str, Any]] = []
    mentions: list[dict[str, Any]] = []
    ranges: list[dict[str, Any]] = []
    number = before
    for one in events:
        for position, effect in enumerate(json.loads(one.payload)["effects"]):
            number += 1
            effects.append(
                {
                    "id": number,
                    "block": one.block,
                    "transaction": one.transaction_id,
                    "position": position,
                    "kind": effect["kind"],
                    "document": json.dumps(effect, ensure_ascii=False, separators=(",", ":")),
                }
            )
            found = mentions_of(effect)
            mentions += [{"name": n, "value": v, "effect": number} for n, v in found.identifiers]
            ranges += [{"effect": number, "batch": b, "first": f, "last": e} for b, f, e in found.ranges]
    for table, rows in ((EFFECTS, effects), (MENTIONS, mentions), (RANGES, ranges)):
        if rows:
            connection.execute(insert(table), rows)
    return number - before


def table_hash(engine: Engine) -> str:
    """SHA-256 over every row of every table in key order: equal for equal models, on any database."""
    digest = hashlib.sha256()
    with engine.connect() as connection:
        for table in (EFFECTS, MENTIONS, RANGES):
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
