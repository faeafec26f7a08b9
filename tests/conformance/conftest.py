"""Which network is asked, and by which client.

Networks: a running one whose connection.json is named by TANHUI_CONNECTION, with the chaincode of
tests/support/conformance_chaincode.py. Clients: the official one for Node.js, and ours in its two ways of
learning an outcome.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.client import Client
from tests.conformance.drivers import Driver, NodeDriver, install_node_client
from tests.conformance.python_driver import PythonDriver

CONNECTION = "TANHUI_CONNECTION"


@pytest.fixture(scope="session")
def profile() -> Path:
    named = os.environ.get(CONNECTION)
    if not named:
        pytest.skip(f"no network: set {CONNECTION} to the connection.json of a running one")
    return Path(named)


@pytest.fixture(
    scope="session",
    params=[pytest.param("node", marks=pytest.mark.node_js), "python", "python, shared commit stream"],
)
def driver(
    request: pytest.FixtureRequest, profile: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Driver]:
    made: Driver
    if request.param == "node":
        install_node_client()
        made = NodeDriver(profile, tmp_path_factory.mktemp("node") / "stderr")
    else:
        made = PythonDriver(profile, share_commit_stream=request.param != "python")
    yield made
    made.close()


@pytest.fixture
def client(driver: Driver, profile: Path) -> Client:
    return Client(driver, profile)
