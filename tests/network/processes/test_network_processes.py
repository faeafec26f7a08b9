"""Configuration files say what the topology says; real peers and orderers start from them."""

from pathlib import Path

import pytest
import yaml

from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import make_network
from tanhui.network.processes.errors import NodeFailedError
from tanhui.network.processes.network_processes import NetworkProcesses
from tanhui.network.processes.programs import Programs, find_programs
from tests.support.topologies import on_free_ports, shipped_topology

NOBODY = Programs(Path("/nowhere/peer"), Path("/nowhere/orderer"), "v0")


def test_files_say_what_the_topology_says(tmp_path: Path) -> None:
    topology = shipped_topology("small")
    network = make_network(tmp_path / "network", topology)
    NetworkProcesses(network, NOBODY, tmp_path / "nodes")
    core = yaml.safe_load((tmp_path / "nodes/peer0.operator.example/core.yaml").read_text("utf-8"))
    assert core["peer"]["address"] == "127.0.0.1:8051"
    assert core["peer"]["localMspId"] == "OperatorMSP"
    assert core["peer"]["tls"]["enabled"] is True
    assert core["vm"]["endpoint"] == ""
    (builder,) = core["chaincode"]["externalBuilders"]
    assert all((Path(builder["path"]) / "bin" / step).exists() for step in ("detect", "build", "release"))
    orderer = yaml.safe_load((tmp_path / "nodes/orderer0.ordering.example/orderer.yaml").read_text("utf-8"))
    assert orderer["General"]["BootstrapMethod"] == "none"
    assert orderer["Admin"]["TLS"]["ClientAuthRequired"] is True
    assert len(orderer["Admin"]["TLS"]["ClientRootCAs"]) == 3


def test_a_node_without_a_port_it_needs_is_named(tmp_path: Path) -> None:
    network = make_network(tmp_path / "network", shipped_topology("embedded"))
    with pytest.raises(ChannelError, match="admin_port"):
        NetworkProcesses(network, NOBODY, tmp_path / "nodes")


@pytest.mark.fabric
def test_real_nodes_start_report_health_and_stop(tmp_path: Path) -> None:
    network = make_network(tmp_path / "network", on_free_ports(shipped_topology("small")))
    processes = NetworkProcesses(network, find_programs(), tmp_path / "nodes")
    try:
        processes.up()
        statuses = processes.status()
        assert {status.name for status in statuses} == set(processes.nodes)
        assert all(status.healthy and status.pid for status in statuses)
        peer = processes.nodes["peer0.operator.example"]
        assert b"# HELP" in peer.operations.metrics()
    finally:
        processes.down()
    assert all(status.pid is None and not status.healthy for status in processes.status())


@pytest.mark.fabric
def test_a_node_that_cannot_start_shows_why(tmp_path: Path) -> None:
    network = make_network(tmp_path / "network", on_free_ports(shipped_topology("small")))
    processes = NetworkProcesses(network, find_programs(), tmp_path / "nodes")
    core = tmp_path / "nodes/peer0.operator.example/core.yaml"
    core.write_text(core.read_text("utf-8").replace("peer0.operator.example/msp", "nowhere"), "utf-8")
    try:
        with pytest.raises(NodeFailedError, match=r"peer0\.operator\.example: it ended"):
            processes.up()
    finally:
        processes.down()
