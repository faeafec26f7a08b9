"""The intake queue's tables: uploads, and batches of their lines."""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table

from tanhui.registry_api.database.migrations import Schema
from tanhui.registry_api.intake import migrations

METADATA: Final = MetaData()

UPLOADS: Final = Table(
    "uploads",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("identity", String(128), nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("received", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("bad_lines", LargeBinary, nullable=False),
)
"""One row an upload; its id is made of its organisation and its key, so that two organisations' never meet."""

BATCHES: Final = Table(
    "batches",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("upload", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("activities", LargeBinary, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("block", Integer, nullable=False),
    Column("outcome", LargeBinary, nullable=False),
    Index("batches_by_upload", "upload", "request_id", unique=True),
    Index("batches_by_state", "state", "id"),
)
"""One row a batch of lines: one transaction, when it has come to the ledger."""

SCHEMA: Final = Schema(METADATA, migrations, "intake_version")
