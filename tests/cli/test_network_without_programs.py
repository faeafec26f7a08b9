"""Looking at a network, and stopping it, takes no Fabric program: who lost them must still be able to."""

import json
from pathlib import Path

import msgspec
import pytest
import yaml
from fabric_protos.common import configtx_pb2
from typer.testing import CliRunner, Result

from tanhui.cli.main import app
from tanhui.network.channel.config_update import ConfigChange
from tanhui.network.processes.errors import ProgramMissingError
from tests.support.topologies import on_free_ports, shipped_topology


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A network that was never started, on a machine without Fabric's programs."""
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("FABRIC_BIN", str(empty))
    topology = tmp_path / "small.yaml"
    described = msgspec.to_builtins(on_free_ports(shipped_topology("small")))
    topology.write_text(yaml.safe_dump(described, allow_unicode=True), "utf-8")
    return ("--topology", str(topology), "--data", str(tmp_path / "data"))


def network(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["network", *arguments], catch_exceptions=False)


def test_down_and_status_need_no_programs(where: tuple[str, ...]) -> None:
    assert network("down", *where).exit_code == 0
    shown = network("status", *where, "--json")
    assert shown.exit_code == 1, "nothing runs"
    nodes = json.loads(shown.stdout)["nodes"]
    assert sorted(one["kind"] for one in nodes) == ["chaincode", "chaincode", "orderer", "peer", "peer"]
    assert {one["pid"] for one in nodes} == {None}


def test_logs_need_no_programs(where: tuple[str, ...], tmp_path: Path) -> None:
    network("down", *where)
    log = next(one for one in (tmp_path / "data" / "nodes").iterdir() if one.name.startswith("peer0"))
    shown = network("logs", log.name, *where)
    assert (shown.exit_code, "has no log yet" in shown.stderr) == (1, True), shown.output
    assert "there are: " in network("logs", "peer9", *where).stderr


def test_signing_a_change_needs_none(where: tuple[str, ...], tmp_path: Path) -> None:
    update = configtx_pb2.ConfigUpdate(channel_id="credits").SerializeToString()
    change = tmp_path / "change.pb"
    change.write_bytes(ConfigChange("credits", update).to_bytes())
    signed = network("sign", str(change), *where, "--as", "Regulator", "--as", "Operator")
    assert signed.exit_code == 0, signed.output
    assert len(ConfigChange.from_bytes(change.read_bytes()).signatures) == 2


def test_up_needs_them_and_says_how(where: tuple[str, ...]) -> None:
    with pytest.raises(ProgramMissingError, match="peer and orderer not found in FABRIC_BIN"):
        network("up", *where)
