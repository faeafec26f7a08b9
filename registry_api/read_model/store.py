"""The read model's database: blocks in, with their position, atomically and exactly once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.engine import Connection

from tanhui.registry_api.ledger import LedgerBlock
from tanhui.registry_api.read_model.rows import rows_of
from tanhui.registry_api.read_model.tables import (
    EFFECTS,
    MENTIONS,
    POSITION,
    RANGES,
    SCHEMA,
    TRANSACTIONS,
    WORDS,
)

_TABLES: Final = (TRANSACTIONS, EFFECTS, MENTIONS, RANGES, WORDS)
"""In the order of their foreign keys."""


class GapInBlocks(Exception):  # noqa: N818  says what is missing
    """Blocks that do not continue the model: `expected` is the next that it wants, `given` what came."""

    def __init__(self, expected: int, given: int) -> None:
        super().__init__(f"block {expected} is the next, {given} came")
        self.expected = expected
        self.given = given


class OtherHistory(Exception):  # noqa: N818  says where they part
    """The ledger is not the one that the model was made from: an older copy was put back, or it is another's."""

    def __init__(self, block: int, reason: str) -> None:
        super().__init__(f"this is not the ledger that the read model was made from: block {block} {reason}")
        self.block = block


@dataclass(frozen=True, slots=True)
class Position:
    """How far the read model has come: its last whole block (-1 before the first), and what it holds.

    `hash` is that block's in hex, "" where it is not known.
    """

    block: int
    transactions: int
    effects: int
    hash: str = ""


class ReadStore:
    """The tables of one read model. Calls block on the database: use them from a thread."""

    def __init__(self, engine: Engine) -> None:
        """Open the tables in their newest shape."""
        self.engine = engine
        SCHEMA.upgrade(engine)

    def reset(self) -> None:
        """Empty everything and begin before block 0."""
        with self.engine.begin() as connection:
            for table in reversed(_TABLES):
                connection.execute(delete(table))
            connection.execute(update(POSITION).values(block=-1, transactions=0, effects=0, hash=""))

    def position(self) -> Position:
        """Where the model stands."""
        with self.engine.connect() as connection:
            return _position(connection)

    def apply(self, blocks: Sequence[LedgerBlock]) -> int:
        """Take in whole blocks in their order and move the position: all or nothing.

        Returns:
            How many effects were added. Blocks at or before the position are left out, so that a repeat after a
            lost answer changes nothing.

        Raises:
            GapInBlocks: a block is missing.
            OtherHistory: the blocks do not continue those that stand in the model.
        """
        with self.engine.begin() as connection:
            position = _position(connection, locked=True)
            _require_same_history(position, blocks)
            fresh = _continuing(position.block, blocks)
            if not fresh:
                return 0
            rows = rows_of(fresh, position.transactions, position.effects)
            inserted = (rows.transactions, rows.effects, rows.mentions, rows.ranges, rows.words)
            for table, some in zip(_TABLES, inserted, strict=True):
                if some:
                    connection.execute(insert(table), some)
            moved = {
                "block": fresh[-1].number,
                "transactions": position.transactions + len(rows.transactions),
                "effects": position.effects + len(rows.effects),
                "hash": fresh[-1].hash,
            }
            connection.execute(update(POSITION).values(moved))
            return len(rows.effects)

    def close(self) -> None:
        """Release the database."""
        self.engine.dispose()


def _position(connection: Connection, *, locked: bool = False) -> Position:
    """The one row; locked where two processes might feed one database (PostgreSQL)."""
    query = select(POSITION.c.block, POSITION.c.transactions, POSITION.c.effects, POSITION.c.hash)
    row = connection.execute(query.with_for_update() if locked else query).one()
    return Position(row.block, row.transactions, row.effects, row.hash)


def _require_same_history(position: Position, blocks: Sequence[LedgerBlock]) -> None:
    """Compare hashes where both sides know them: at the last block itself, and between it and the next."""
    for block in blocks:
        if (
            block.number == position.block
            and "" not in {block.hash, position.hash}
            and block.hash != position.hash
        ):
            raise OtherHistory(block.number, f"is {block.hash} there, and was {position.hash}")
        if block.number == position.block + 1 and position.hash and block.previous not in {"", position.hash}:
            raise OtherHistory(position.block, f"is {block.previous} there, and was {position.hash}")


def _continuing(reached: int, blocks: Sequence[LedgerBlock]) -> list[LedgerBlock]:
    fresh = [block for block in blocks if block.number > reached]
    for expected, block in enumerate(fresh, start=reached + 1):
        if block.number != expected:
            raise GapInBlocks(expected, block.number)
    return fresh


def fingerprint(engine: Engine) -> str:
    """One number over every row of every table, in hex: equal for equal models, on whatever database.

    The sum of the rows' SHA-256 modulo 2**256, so that no order of rows is needed. Meant against mistakes, not
    against an adversary.
    """
    total = 0
    with engine.connect().execution_options(stream_results=True, max_row_buffer=1_000) as connection:
        for table in _TABLES:
            for row in connection.execute(select(table)):
                total += int.from_bytes(hashlib.sha256(f"{table.name}{tuple(row)!r}".encode()).digest())
    return f"{total % (1 << 256):064x}"
