"""The intake queue: what was acknowledged survives a kill, and reaches the ledger exactly once.

A table of uploads, one of batches. A batch holds up to some thousand lines in one row and carries the request
id under which the ledger will know it, so that sending it again after a kill changes nothing. SQLite with
synchronous=FULL: a commit returns when the lines are on disk.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.intake.outcomes import BLOCK_LOST
from tanhui.registry_api.intake.tables import BATCHES, SCHEMA, UPLOADS

BROKEN_MAX = 10_000
"""Broken uploads that are remembered; more are forgotten by the next start alone (`recover`)."""

BatchState = Literal["waiting", "committed", "refused"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that go to the ledger in one transaction.

    Attributes:
        activities: a JSON array of the activities.
        numbers: their line numbers in the upload, in the same order.
    """

    id: int
    upload: str
    identity: str
    header: bytes
    request_id: str
    numbers: tuple[int, ...]
    activities: bytes


@dataclass(frozen=True, slots=True)
class LostBatch:
    """A batch whose block the ledger does not have any more."""

    id: int
    request_id: str
    lines: int
    block: int


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch that is about to be kept."""

    request_id: str
    numbers: tuple[int, ...]
    activities: tuple[bytes, ...]


def _numbers_bytes(numbers: Sequence[int]) -> bytes:
    return ",".join(map(str, numbers)).encode()


class IntakeQueue:
    """The queue in one SQLite file. Calls block on the disk: use them from a thread."""

    def __init__(self, path: Path) -> None:
        self._engine = open_engine(sqlite_url(path), synchronous="FULL")
        SCHEMA.upgrade(self._engine)
        self._broken: set[str] = set()
        """Uploads that broke off and could not be forgotten, on a full disk; forgotten when they come again."""

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    def begin(self, upload: str, identity: str, header: bytes, received: int) -> bool:
        """Note a new upload; False when one of that id is known, whole or under way."""
        if upload in self._broken:
            self.abandon(upload)
        values = {
            "id": upload,
            "identity": identity,
            "header": header,
            "body_sha256": "",
            "state": "open",
            "received": received,
            "lines": 0,
            "bad_lines": b"[]",
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(UPLOADS).values(values))
        except IntegrityError:
            return False
        return True

    def append(self, upload: str, batches: Sequence[NewBatch]) -> None:
        """Keep batches of an upload, all or none; a request id that is known already is left as it is."""
        if not batches:
            return
        with self._engine.begin() as connection:
            ids = [batch.request_id for batch in batches]
            of_it = (BATCHES.c.upload == upload) & BATCHES.c.request_id.in_(ids)
            known = set(connection.scalars(select(BATCHES.c.request_id).where(of_it)))
            rows = [
                {
                    "upload": upload,
                    "request_id": batch.request_id,
                    "state": "held",
                    "lines": len(batch.numbers),
                    "numbers": _numbers_bytes(batch.numbers),
                    "activities": b"[" + b",".join(batch.activities) + b"]",
                    "transaction": "",
                    "block": -1,
                    "outcome": b"",
                }
                for batch in batches
                if batch.request_id not in known
            ]
            if rows:
                connection.execute(insert(BATCHES), rows)

    def finish(self, upload: str, body_sha256: str, lines: int, bad_lines: bytes) -> None:
        """The upload is whole: from this commit on its batches may go to the ledger."""
        with self._engine.begin() as connection:
            values = {"body_sha256": body_sha256, "state": "accepted", "lines": lines, "bad_lines": bad_lines}
            connection.execute(update(UPLOADS).where(UPLOADS.c.id == upload).values(values))
            held = (BATCHES.c.upload == upload) & (BATCHES.c.state == "held")
            connection.execute(update(BATCHES).where(held).values(state="waiting"))

    def abandon(self, upload: str) -> None:
        """An upload that broke off: nothing of it was acknowledged, so nothing of it is kept."""
        if len(self._broken) < BROKEN_MAX:
            self._broken.add(upload)
        with self._engine.begin() as connection:
            connection.execute(
                BATCHES.delete().where((BATCHES.c.upload == upload) & (BATCHES.c.state == "held"))
            )
            connection.execute(UPLOADS.delete().where((UPLOADS.c.id == upload) & (UPLOADS.c.state == "open")))
        self._broken.discard(upload)

    def recover(self) -> int:
        """After a start: forget uploads that a kill broke off; how many there were."""
        with self._engine.begin() as connection:
            broken = list(connection.scalars(select(UPLOADS.c.id).where(UPLOADS.c.state == "open")))
        for upload in broken:
            self.abandon(upload)
        return len(broken)

    def waiting_lines(self) -> int:
        """Acknowledged lines that the ledger has not taken yet."""
        query = select(func.coalesce(func.sum(BATCHES.c.lines), 0)).where(
            BATCHES.c.state.in_(("waiting", "held"))
        )
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def next_batches(
        self, besides: Collection[int], count: int, resting: Collection[str] = ()
    ) -> list[Batch]:
        """Waiting batches, oldest first: none of those `besides`, and none of identities that are `resting`."""
        query = (
            select(BATCHES, UPLOADS.c.identity, UPLOADS.c.header)
            .join(UPLOADS, UPLOADS.c.id == BATCHES.c.upload)
            .where((BATCHES.c.state == "waiting") & BATCHES.c.id.not_in(sorted(besides)))
            .where(UPLOADS.c.identity.not_in(sorted(resting)))
            .order_by(BATCHES.c.id)
            .limit(count)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Batch(
                id=row["id"],
                upload=row["upload"],
                identity=row["identity"],
                header=row["header"],
                request_id=row["request_id"],
                numbers=tuple(map(int, row["numbers"].decode().split(","))),
                activities=row["activities"],
            )
            for row in rows
        ]

    def settle(self, batch_id: int, state: BatchState, transaction: str, block: int, outcome: bytes) -> None:
        """What became of a batch; its lines are no longer needed and are dropped."""
        values = {
            "state": state,
            "transaction": transaction,
            "block": block,
            "outcome": outcome,
            "activities": b"",
        }
        with self._engine.begin() as connection:
            connection.execute(update(BATCHES).where(BATCHES.c.id == batch_id).values(values))

    def lost_after(self, height: int) -> list[LostBatch]:
        """Batches that were committed in blocks from `height` on, which the ledger does not have."""
        query = (
            select(BATCHES.c.id, BATCHES.c.request_id, BATCHES.c.lines, BATCHES.c.block)
            .where((BATCHES.c.state == "committed") & (BATCHES.c.block >= height))
            .order_by(BATCHES.c.id)
        )
        with self._engine.connect() as connection:
            return [LostBatch(*row) for row in connection.execute(query)]

    def give_up(self, lost: Sequence[LostBatch]) -> None:
        """Say so of lost batches: their lines are gone from here, and must be sent again under another key."""
        with self._engine.begin() as connection:
            for batch in lost:
                outcome = {"code": BLOCK_LOST.name, "field": "block", "value": str(batch.block), "params": {}}
                values = {
                    "state": "refused",
                    "transaction": "",
                    "block": -1,
                    "outcome": json.dumps(outcome).encode(),
                }
                connection.execute(update(BATCHES).where(BATCHES.c.id == batch.id).values(values))

    def upload(self, upload: str) -> dict[str, Any] | None:
        """An upload's row, None when unknown."""
        with self._engine.connect() as connection:
            row = connection.execute(select(UPLOADS).where(UPLOADS.c.id == upload)).mappings().first()
        return dict(row) if row else None

    def batches_of(self, upload: str, after: int, count: int) -> list[dict[str, Any]]:
        """Batches of an upload with an id over `after`, without their lines."""
        columns = [c for c in BATCHES.c if c.name != "activities"]
        query = (
            select(*columns)
            .where((BATCHES.c.upload == upload) & (BATCHES.c.id > after))
            .order_by(BATCHES.c.id)
            .limit(count)
        )
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def progress(self, upload: str) -> dict[str, int]:
        """Lines of an upload by state of their batch."""
        query = (
            select(BATCHES.c.state, func.sum(BATCHES.c.lines))
            .where(BATCHES.c.upload == upload)
            .group_by(BATCHES.c.state)
        )
        with self._engine.connect() as connection:
            return {state: int(lines) for state, lines in connection.execute(query)}
