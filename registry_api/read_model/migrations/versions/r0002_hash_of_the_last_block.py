"""The hash of the last block that was taken in, so that another ledger is not taken for the same one.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; the hash is known from the next block on."""
    op.add_column("position", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
