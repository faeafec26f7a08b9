"""The read model's tables: effects as the ledger emitted them, and two indexes over what they mention.

Nothing is stored that events do not say, so the tables can be dropped and made again. `VERSION` changes with their
shape: an older copy is then thrown away and rebuilt.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

VERSION: Final = 1

METADATA = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")

POSITION = Table(
    "position",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("effects", BigInteger, nullable=False),
)
"""One row: the last transaction whose effects stand in the tables. It moves in the same commit as they do."""

EFFECTS = Table(
    "effects",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Index("effects_by_kind", "kind", "id"),
    Index("effects_by_transaction", "transaction"),
)
"""One row an effect, numbered from 1 in the ledger's order."""

MENTIONS = Table(
    "mentions",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("effect", _ID, ForeignKey("effects.id"), primary_key=True),
    Index("mentions_by_value", "value", "effect"),
)
"""Which effect names which account, organisation, programme, project, methodology …, under which member."""

RANGES = Table(
    "ranges",
    METADATA,
    Column("effect", _ID, ForeignKey("effects.id"), primary_key=True),
    Column("batch", String(200), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Index("ranges_by_serial", "batch", "first", "last"),
)
"""Which effect concerns which serials."""
