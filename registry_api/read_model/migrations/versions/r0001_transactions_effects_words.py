"""Transactions with who and when, effects, what they mention, words; the tables without a version go.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_UNVERSIONED = ("ranges", "mentions", "effects", "position")


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, empty, and begin before block 0."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name in _UNVERSIONED:
        if name in there:
            op.drop_table(name)
    op.create_table(
        "position",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("transactions", sa.BigInteger, nullable=False),
        sa.Column("effects", sa.BigInteger, nullable=False),
    )
    op.execute("INSERT INTO position (id, block, transactions, effects) VALUES (1, -1, 0, 0)")
    _ledger_tables()
    _index_tables()


def _ledger_tables() -> None:
    op.create_table(
        "transactions",
        sa.Column("id", _id(), primary_key=True),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("transaction", sa.String(64), nullable=False),
        sa.Column("function", sa.String(128), nullable=False),
        sa.Column("organisation", sa.String(128), nullable=False),
        sa.Column("person", sa.String(256), nullable=False),
        sa.Column("msp", sa.String(128), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("transactions_by_id", "transactions", ["transaction"], unique=True)
    op.create_index("transactions_by_organisation", "transactions", ["organisation", "id"])
    op.create_index("transactions_by_time", "transactions", ["at"])
    op.create_table(
        "effects",
        sa.Column("id", _id(), primary_key=True),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("effects_by_kind", "effects", ["kind", "id"])
    op.create_index("effects_by_transaction", "effects", ["transaction"])
    op.create_index("effects_by_time", "effects", ["at"])


def _index_tables() -> None:
    op.create_table(
        "mentions",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(200), primary_key=True),
        sa.Column("effect", _id(), sa.ForeignKey("effects.id"), primary_key=True),
    )
    op.create_index("mentions_by_value", "mentions", ["value", "effect"])
    op.create_index("mentions_by_effect", "mentions", ["effect"])
    op.create_table(
        "ranges",
        sa.Column("effect", _id(), sa.ForeignKey("effects.id"), primary_key=True),
        sa.Column("batch", sa.String(200), primary_key=True),
        sa.Column("first", sa.BigInteger, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_index("ranges_by_serial", "ranges", ["batch", "first", "last"])
    term = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")
    op.create_table(
        "words",
        sa.Column("term", term, primary_key=True),
        sa.Column("transaction", _id(), sa.ForeignKey("transactions.id"), primary_key=True),
    )
