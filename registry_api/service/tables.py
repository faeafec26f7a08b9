"""The API's own tables: the audit log, jobs, webhooks and what became of their deliveries, the portal's sessions."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from tanhui.registry_api.database.engine import open_engine
from tanhui.registry_api.database.migrations import Schema
from tanhui.registry_api.service import migrations

METADATA: Final = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("caller", String(300), nullable=False),
    Column("identity", String(128), nullable=False),
    Column("organisation", String(128), nullable=False),
    Column("address", String(64), nullable=False),
    Column("method", String(16), nullable=False),
    Column("path", String(300), nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", String(128), nullable=False),
    Index("audit_by_time", "at"),
    Index("audit_by_organisation", "organisation", "id"),
)
"""One row a denial ("denied"), a supervisor's read of what is another's ("read"), or rows lost ("lost")."""

JOBS: Final = Table(
    "jobs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", String(128), nullable=False),
    Column("identity", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("request", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
    Column("problem", Text, nullable=False),
    Index("jobs_by_state", "state", "created"),
    Index("jobs_by_identity", "identity", "created"),
)
"""Long work, as it was asked for. `finished` is 0 until then; `problem` a problem document, "" without one."""

JOB_ITEMS: Final = Table(
    "job_items",
    METADATA,
    Column("job", String(64), ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
"""What became of each item of a job: an HTTP status, and the answer or problem."""

WEBHOOKS: Final = Table(
    "webhooks",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("organisation", String(128), nullable=False),
    Column("identity", String(128), nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", String(300), nullable=False),
    Column("kinds", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_attempt", BigInteger, nullable=False),
    Column("last_status", Integer, nullable=False),
    Column("last_error", String(300), nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Index("webhooks_by_identity", "identity"),
)
"""Who is told, of which kinds ("" for all), and the number of the last transaction that was told."""

PORTAL_SESSIONS: Final = Table(
    "portal_sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("began", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("portal_sessions_by_use", "used"),
)
"""Who is signed in: by a hash of the session's name, encrypted under the name (portal/session_store.py)."""

SCHEMA: Final = Schema(METADATA, migrations, "service_version")


def open_service(url: str) -> Engine:
    """The engine, with the tables in their newest shape. A commit is on disk when it returns."""
    engine = open_engine(url, synchronous="FULL")
    SCHEMA.upgrade(engine)
    return engine
