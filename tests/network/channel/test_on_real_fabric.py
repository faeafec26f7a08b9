"""Our folders, block 0, join, lifecycle and config update on Fabric's own peers and orderers."""

import asyncio
from pathlib import Path

import pytest

from tanhui.network.channel.make_network import make_network
from tests.support.lived_network import join_orderers, live, shorten_batches
from tests.support.running_nodes import running_nodes
from tests.support.topologies import on_free_ports, shipped_topology


@pytest.mark.fabric
def test_a_network_comes_up_and_lives(tmp_path: Path) -> None:
    topology = on_free_ports(shipped_topology("small"))
    network = make_network(tmp_path / "network", topology)
    with running_nodes(network, tmp_path / "nodes"):
        assert join_orderers(network) == ["consenter"]
        assert asyncio.run(live(network)) >= 6


@pytest.mark.fabric
def test_a_province_orders_by_bft(tmp_path: Path) -> None:
    """Four consenters and six peers: every peer verifies the quorum of signatures on block 1."""
    network = make_network(tmp_path / "network", on_free_ports(shipped_topology("province")))
    with running_nodes(network, tmp_path / "nodes"):
        assert join_orderers(network) == ["consenter"] * 4
        assert asyncio.run(shorten_batches(network)) == [1] * 6
