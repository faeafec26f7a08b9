"""A real network followed over its peer's Deliver: the same verdicts, and the same commit hash as the peer."""

import asyncio
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2

from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.gateway.grpc_transport import GrpcTransport, TlsOptions
from tanhui.network.protocol.blocks import block_hash, commit_hash_of
from tanhui.node.follower import DeliverSource, Follower
from tanhui.proofs import leaf
from tests.conftest import Counts
from tests.support.auditor import QUICK, auditor
from tests.support.lived_network import join_orderers, live, shorten_batches
from tests.support.running_nodes import running_nodes
from tests.support.topologies import on_free_ports, shipped_topology


async def follow_every_peer(network: Network, folder: Path) -> list[tuple[int, bytes, bytes]]:
    """Height, commit hash and root that an auditor reaches with each peer, checked against the peer's own."""
    genesis = block_hash(common_pb2.Block.FromString(network.genesis).header)
    found = []
    for each in network.topology.members:
        organisation = network.organisations[each.msp_id]
        signing = organisation.signing_identity("admin", "Admin")
        for peer in each.peers:
            endpoint = f"{peer.host}:{peer.port}"
            async with GrpcTransport(
                endpoint, TlsOptions(root_certificates=organisation.tls_root_pem)
            ) as transport:
                source = DeliverSource(transport, endpoint, network.topology.channel.name, signing)
                home = folder / f"{each.name}-{peer.name}"
                with auditor(home, genesis) as (replay, log):
                    follower = Follower(replay, log, source, evidence=home / "evidence", settings=QUICK)
                    await follower.run(once=True)
                    newest = await source.block("newest")
                    assert newest is not None
                    assert (replay.height, replay.commit_hash) == (
                        newest.header.number + 1,
                        commit_hash_of(newest),
                    )
                    assert replay.commit_hash, "a network with transactions has a commit hash"
                    assert {leaf.parse(one).code for one in log.reader().entries()} >= {0}
                    found.append((replay.height, replay.commit_hash, log.root()))
    return found


@pytest.mark.fabric
def test_the_small_network(tmp_path: Path, counts: Counts) -> None:
    """Raft, TLS, lifecycle approvals with private data, a definition's commit and a config update."""
    topology = on_free_ports(shipped_topology("small"))
    network = make_network(tmp_path / "network", topology)
    with running_nodes(network, tmp_path / "nodes"):
        join_orderers(network)
        asyncio.run(live(network))
        found = asyncio.run(follow_every_peer(network, tmp_path / "auditors"))
    heights = {height for height, _, _ in found}
    assert len(set(found)) == len(heights), "one commit hash and one root at each height"
    counts.note("followed real peers", peers=len(found), blocks=max(heights), differing=0)


@pytest.mark.fabric
def test_the_province(tmp_path: Path, counts: Counts) -> None:
    """Four BFT consenters, whose signatures name them by number, and six peers."""
    topology = on_free_ports(shipped_topology("province"))
    network = make_network(tmp_path / "network", topology)
    with running_nodes(network, tmp_path / "nodes"):
        join_orderers(network)
        asyncio.run(shorten_batches(network))
        found = asyncio.run(follow_every_peer(network, tmp_path / "auditors"))
    assert len(set(found)) == 1
    counts.note("followed real peers under BFT", peers=len(found), blocks=found[0][0], differing=0)
