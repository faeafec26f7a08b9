"""Uploads and batches; what waits in tables without a version is taken over.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BATCH_COLUMNS = "id, upload, request_id, state, lines, numbers, activities, transaction, block, outcome"


def upgrade() -> None:
    """Make the tables. Before there were versions a request id was unique over all organisations."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    if "uploads" not in there:
        _uploads()
    if "batches" in there:
        op.rename_table("batches", "batches_unversioned")
        for index in sa.inspect(op.get_bind()).get_indexes("batches_unversioned"):
            op.drop_index(str(index["name"]))
    _batches()
    if "batches" in there:
        columns = _BATCH_COLUMNS.replace("transaction", '"transaction"')
        op.execute(f"INSERT INTO batches ({columns}) SELECT {columns} FROM batches_unversioned")  # noqa: S608  names of ours
        op.drop_table("batches_unversioned")


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("identity", sa.String(128), nullable=False),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("bad_lines", sa.LargeBinary, nullable=False),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("upload", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("numbers", sa.LargeBinary, nullable=False),
        sa.Column("activities", sa.LargeBinary, nullable=False),
        sa.Column("transaction", sa.String(64), nullable=False),
        sa.Column("block", sa.Integer, nullable=False),
        sa.Column("outcome", sa.LargeBinary, nullable=False),
    )
    op.create_index("batches_by_upload", "batches", ["upload", "request_id"], unique=True)
    op.create_index("batches_by_state", "batches", ["state", "id"])
