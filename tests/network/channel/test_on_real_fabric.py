"""Our folders, block 0, join, lifecycle and config update on Fabric's own peers and orderers."""

import asyncio
import time
from pathlib import Path

import pytest

from tanhui.network.channel import lifecycle
from tanhui.network.channel.config_changes import with_batch, with_msp
from tanhui.network.channel.config_update import ConfigChange, config_of
from tanhui.network.channel.definitions import Definition
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.ordering_client import broadcast
from tanhui.network.channel.packages import package_id, service_package
from tanhui.network.channel.participation import ParticipationClient
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.channel.topology import Batch
from tanhui.network.gateway.grpc_transport import GrpcTransport, TlsOptions
from tests.support.running_nodes import running_nodes
from tests.support.topologies import on_free_ports, shipped_topology

WAIT_S = 40.0


def join_orderers(network: Network) -> None:
    for each, orderer in network.topology.consenters:
        member = network.organisations[each.msp_id].member("orderer", orderer.name)
        assert orderer.admin_port is not None
        client = ParticipationClient(
            orderer.host, orderer.admin_port,
            root=member.tls.root, certificate=member.tls.certificate, key=member.tls.key,
        )  # fmt: skip
        assert client.channels() == []
        assert client.join(network.genesis).relation == "consenter"
        assert client.channels() == [network.topology.channel.name]
        with pytest.raises(ChannelError, match="405 cannot join: channel already exists"):
            client.join(network.genesis)


def peers_of(network: Network) -> list[PeerAdmin]:
    found = []
    for each in network.topology.members:
        organisation = network.organisations[each.msp_id]
        admin = organisation.signing_identity("admin", "Admin")
        for peer in each.peers:
            tls = TlsOptions(root_certificates=organisation.tls_root_pem)
            transport = GrpcTransport(f"{peer.host}:{peer.port}", tls)
            found.append(PeerAdmin(f"{peer.name}.{each.domain}", transport, admin))
    return found


def orderer_of(network: Network) -> GrpcTransport:
    each, orderer = network.topology.consenters[0]
    tls = TlsOptions(root_certificates=network.organisations[each.msp_id].tls_root_pem)
    return GrpcTransport(f"{orderer.host}:{orderer.port}", tls)


async def submit(orderer: GrpcTransport, envelope: bytes) -> None:
    """An ordering node without a leader says SERVICE_UNAVAILABLE for a while."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return await broadcast(orderer, envelope)
        except ChannelError as error:
            if error.value != "SERVICE_UNAVAILABLE" or time.monotonic() > end:
                raise
        await asyncio.sleep(0.3)


async def sequence_reaches(peer: PeerAdmin, sequence: int) -> None:
    end = time.monotonic() + WAIT_S
    while config_of(await peer.config_block("credits")).sequence < sequence:
        assert time.monotonic() < end, f"{peer.name} does not reach config sequence {sequence}"
        await asyncio.sleep(0.2)


async def config_update(network: Network, peers: list[PeerAdmin], orderer: GrpcTransport) -> None:
    """Shorter batches want the ordering organisation; a revoked certificate of a member wants that member."""
    config = config_of(await peers[0].config_block("credits"))
    ordering = [
        network.organisations[each.msp_id].signing_identity("admin", "Admin")
        for each in network.topology.ordering
    ]
    change = ConfigChange.between("credits", config, with_batch(config, Batch(timeout_ms=70, messages_max=3)))
    await submit(orderer, change.signed_by(*ordering).envelope(ordering[0]))
    await sequence_reaches(peers[0], config.sequence + 1)
    operator = network.organisations["OperatorMSP"]
    operator.revoke(operator.member("client", "recorder").identity().certificate)
    config = config_of(await peers[0].config_block("credits"))
    change = ConfigChange.between("credits", config, with_msp(config, operator.msp))
    admins = [
        network.organisations[m].signing_identity("admin", "Admin") for m in ("RegulatorMSP", "OperatorMSP")
    ]
    with pytest.raises(ChannelError, match="BAD_REQUEST"):
        await submit(orderer, change.signed_by(admins[0]).envelope(admins[0]))
    await submit(orderer, change.signed_by(admins[1]).envelope(admins[1]))
    await sequence_reaches(peers[1], config.sequence + 1)


async def deploy(network: Network, peers: list[PeerAdmin], orderer: GrpcTransport) -> None:
    definition = Definition.of(network.topology.chaincodes[0])
    package = service_package("registry_1.0", "127.0.0.1:9999")
    wanted = package_id("registry_1.0", package)
    for peer in peers:
        await lifecycle.install(peer, package, wanted)
        await lifecycle.install(peer, package, wanted)
        assert await peer.installed() == [wanted]
        await lifecycle.approve(peer, orderer, "credits", definition, wanted)
    await lifecycle.commit(peers, orderer, "credits", definition)
    await lifecycle.commit(peers, orderer, "credits", definition)
    found = await peers[0].committed("credits", "registry")
    assert (found.sequence, found.version) == (1, "1.0")
    assert found.validation_parameter == definition.validation_parameter
    assert dict(found.approvals) == {"RegulatorMSP": True, "OperatorMSP": True}


async def live(network: Network) -> None:
    peers, orderer = peers_of(network), orderer_of(network)
    try:
        for peer in peers:
            await peer.join(network.genesis)
            assert await peer.channels() == ["credits"]
            with pytest.raises(ChannelError, match="already exists"):
                await peer.join(network.genesis)
        await config_update(network, peers, orderer)
        await deploy(network, peers, orderer)
        assert await peers[0].height("credits") >= 6
    finally:
        for transport in (*(peer.transport for peer in peers), orderer):
            assert isinstance(transport, GrpcTransport)
            await transport.close()


@pytest.mark.fabric
def test_a_network_comes_up_and_lives(tmp_path: Path) -> None:
    topology = on_free_ports(shipped_topology("small"))
    network = make_network(tmp_path / "network", topology)
    with running_nodes(network, tmp_path / "nodes"):
        join_orderers(network)
        asyncio.run(live(network))


async def four_agree(network: Network) -> None:
    peers, orderer = peers_of(network), orderer_of(network)
    try:
        for peer in peers:
            await peer.join(network.genesis)
        config = config_of(await peers[0].config_block("credits"))
        ordering = [
            network.organisations[each.msp_id].signing_identity("admin", "Admin")
            for each in network.topology.ordering
        ]
        batch = Batch(timeout_ms=70, messages_max=3)
        change = ConfigChange.between("credits", config, with_batch(config, batch))
        await submit(orderer, change.signed_by(*ordering).envelope(ordering[0]))
        for peer in peers:
            await sequence_reaches(peer, config.sequence + 1)
    finally:
        for transport in (*(peer.transport for peer in peers), orderer):
            assert isinstance(transport, GrpcTransport)
            await transport.close()


@pytest.mark.fabric
def test_a_province_orders_by_bft(tmp_path: Path) -> None:
    """Four consenters and six peers: every peer verifies the quorum of signatures on block 1."""
    network = make_network(tmp_path / "network", on_free_ports(shipped_topology("province")))
    with running_nodes(network, tmp_path / "nodes"):
        join_orderers(network)
        asyncio.run(four_agree(network))
