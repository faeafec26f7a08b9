"""Bring a database to the newest shape by Alembic: one folder of revisions and one version table for each model.

A model's tables.py has the newest shape. Revisions repeat it on purpose: each is frozen with the shape of its day, and
what all of them make must be what tables.py says (`Schema.differences`).
"""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData
from sqlalchemy.engine import Connection
from sqlalchemy.schema import SchemaItem

HEAD = "head"


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one model, and where its revisions lie.

    Attributes:
        metadata: the tables in their newest shape.
        migrations: the package with env.py's folder `versions`.
        version_table: where Alembic notes how far a database has come; two models may share a database.
    """

    metadata: MetaData
    migrations: ModuleType
    version_table: str

    def config(self, connection: Connection) -> Config:
        """Alembic's configuration for one connection."""
        config = Config()
        config.set_main_option("script_location", str(Path(self.migrations.__path__[0])).replace("%", "%%"))
        config.attributes["connection"] = connection
        config.attributes["schema"] = self
        return config

    def upgrade(self, engine: Engine) -> None:
        """Run what is missing, all or nothing where the database can."""
        with engine.begin() as connection:
            command.upgrade(self.config(connection), HEAD)

    def differences(self, engine: Engine) -> list[object]:
        """How the database departs from the tables as the code knows them: nothing after an upgrade."""
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "version_table": self.version_table,
                    "include_object": self.owns,
                    "compare_type": False,
                },
            )
            return list(compare_metadata(context, self.metadata))

    def owns(
        self, item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None
    ) -> bool:
        """Whether a table, or what belongs to one, is of this model."""
        del item
        return kind != "table" or name in self.metadata.tables
