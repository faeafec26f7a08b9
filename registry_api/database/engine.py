"""Engines: SQLite by default, PostgreSQL by its URL. What stands in a file is its owner's alone."""

from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

PRIVATE = 0o600
BUSY_TIMEOUT_MS = 30_000
POOL_CONNECTIONS_MAX = 20

Synchronous = Literal["NORMAL", "FULL"]


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str, synchronous: Synchronous = "NORMAL") -> Engine:
    """An engine for a database URL; SQLite waits for locks, writes ahead, and is readable by its owner only.

    Args:
        url: as SQLAlchemy writes them; `postgresql://` means psycopg 3.
        synchronous: SQLite only. FULL: a commit is on disk when it returns. NORMAL: it may be lost, whole, in
            a power cut, which is enough for what the ledger can tell again.
    """
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=POOL_CONNECTIONS_MAX - 5)
    if parsed.database:
        _make_private(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _make_private(path: Path) -> None:
    """SQLite gives the journals beside a database the mode of the database, so this one file decides."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=PRIVATE)
    path.chmod(PRIVATE)
    for journal in path.parent.glob(f"{path.name}-*"):
        journal.chmod(PRIVATE)
