"""An API over a ledger in memory, and databases of both kinds."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tests.support.api import Api, open_api
from tests.support.postgresql import running_postgresql


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path)
    with opened.client:
        yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a server with `{database}` where the database's name goes."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "database.sqlite")
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"t{secrets.token_hex(6)}"
    engine = open_engine(server.format(database="postgres"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.format(database=name)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
