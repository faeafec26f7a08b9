"""`tanhui network`: one command to a real network that a client of the registry may use, one to its end."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from tanhui.cli.main import app
from tests.support.registry_client import registry_contract_at
from tests.support.topologies import on_free_ports, shipped_topology


def tanhui(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


async def founding(connection: Path) -> dict[str, str]:
    async with registry_contract_at(connection, "RegulatorMSP", "registrar") as contract:
        return dict(json.loads(await contract.evaluate_transaction("governance:Founding", "{}")))


@pytest.mark.fabric
def test_up_serves_the_registry_and_down_leaves_nothing(tmp_path: Path) -> None:
    topology = tmp_path / "small.yaml"
    described = msgspec.to_builtins(on_free_ports(shipped_topology("small")))
    topology.write_text(yaml.safe_dump(described, allow_unicode=True), "utf-8")
    where = ("--topology", str(topology), "--data", str(tmp_path / "data"))
    try:
        tanhui("network", "up", *where)
        tanhui("network", "up", *where)
        connection = tmp_path / "data" / "connection.json"
        month = json.loads(tanhui("demo", "--connection", str(connection), "--people", "20", "--json"))
        assert month["balanced"]
        assert asyncio.run(founding(connection))["person"] == "regulator-1"
        nodes = json.loads(tanhui("network", "status", *where, "--json"))["nodes"]
        kinds = sorted(node["kind"] for node in nodes if node["healthy"])
        assert kinds == ["chaincode", "chaincode", "orderer", "peer", "peer"]
        assert "ready" in tanhui("network", "logs", "registry.regulator.example", *where)
    finally:
        tanhui("network", "down", *where)
    stopped = CliRunner().invoke(app, ["network", "status", *where, "--json"])
    assert stopped.exit_code == 1
    assert all(node["pid"] is None for node in json.loads(stopped.stdout)["nodes"])
