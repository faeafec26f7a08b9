"""Which network is asked, and by which client.

Networks: the embedded node; and a real one, started for the run, or named by TANHUI_CONNECTION with the
chaincode of tests/support/conformance_chaincode.py and an identity called ed25519 that has such a key.
Clients: the official one for Node.js, and ours in its two ways of learning an outcome.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.client import Client
from tests.conformance.drivers import Driver, NodeDriver, install_node_client
from tests.conformance.python_driver import PythonDriver
from tests.support.conformance_node import conformance_node

CONNECTION = "TANHUI_CONNECTION"


@pytest.fixture(scope="session", params=["embedded", pytest.param("fabric", marks=pytest.mark.fabric)])
def profile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    named = os.environ.get(CONNECTION)
    if named and request.param == "fabric":
        yield Path(named)
    elif request.param == "fabric":
        yield request.getfixturevalue("real").connection("conformance")
    else:
        with conformance_node(tmp_path_factory.mktemp("conformance")) as made:
            yield made


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
