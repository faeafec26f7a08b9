"""The read model's tables: transactions and effects as the ledger has them, and indexes over what they mention.

Nothing is stored that blocks do not say, so the tables can be emptied and filled again. Their shape changes by a
revision in `migrations/versions`; one that needs older blocks again calls for a rebuild by setting the position back.
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
from sqlalchemy.types import TypeEngine

from tanhui.registry_api.database.migrations import Schema
from tanhui.registry_api.read_model import migrations

METADATA: Final = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")


def _sorted_by_bytes(length: int) -> TypeEngine[str]:
    """Text that sorts by its UTF-8 bytes on every database, so that ranges of it mean the same."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


POSITION: Final = Table(
    "position",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("transactions", BigInteger, nullable=False),
    Column("effects", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row: the last block that stands in the tables, whole. It moves in the same commit as they do.

`hash` is that block's, by which a ledger is known again; "" where it is not known.
"""

TRANSACTIONS: Final = Table(
    "transactions",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("function", String(128), nullable=False),
    Column("organisation", String(128), nullable=False),
    Column("person", String(256), nullable=False),
    Column("msp", String(128), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index("transactions_by_id", "transaction", unique=True),
    Index("transactions_by_organisation", "organisation", "id"),
    Index("transactions_by_time", "at"),
)
"""One row a valid transaction, numbered from 1 in the ledger's order: who did what, when (seconds since 1970).

`text` holds what people wrote in it, as words are looked for in it.
"""

EFFECTS: Final = Table(
    "effects",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Index("effects_by_kind", "kind", "id"),
    Index("effects_by_transaction", "transaction"),
    Index("effects_by_time", "at"),
)
"""One row an effect, numbered from 1 in the ledger's order."""

MENTIONS: Final = Table(
    "mentions",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("effect", _ID, ForeignKey("effects.id"), primary_key=True),
    Index("mentions_by_value", "value", "effect"),
    Index("mentions_by_effect", "effect"),
)
"""Which effect names which account, organisation, programme, project, methodology …, under which member."""

RANGES: Final = Table(
    "ranges",
    METADATA,
    Column("effect", _ID, ForeignKey("effects.id"), primary_key=True),
    Column("batch", String(200), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Index("ranges_by_serial", "batch", "first", "last"),
)
"""Which effect concerns which serials."""

WORDS: Final = Table(
    "words",
    METADATA,
    Column("term", _sorted_by_bytes(32), primary_key=True),
    Column("transaction", _ID, ForeignKey("transactions.id"), primary_key=True),
)
"""Which transaction's text has which words: words of letters and digits, and single and paired Chinese characters."""

SCHEMA: Final = Schema(METADATA, migrations, "read_model_version")
