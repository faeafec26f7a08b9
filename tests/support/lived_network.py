"""What a young network lives through on real peers and orderers: joins, a config update, a chaincode's definition.

Step by step, through the parts that `bring_up` puts together, so that each is seen twice where it may be repeated.
"""

import asyncio
import time
from collections.abc import Sequence

import pytest

from tanhui.network.channel import lifecycle
from tanhui.network.channel.bring_up import orderer_transport, peer_admins
from tanhui.network.channel.config_changes import with_batch, with_msp
from tanhui.network.channel.config_update import ConfigChange, config_of
from tanhui.network.channel.definitions import Definition
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.ordering_client import broadcast
from tanhui.network.channel.packages import package_id, service_package
from tanhui.network.channel.participation import ParticipationClient
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.channel.topology import Batch
from tanhui.network.processes.native_network import connect
from tanhui.network.protocol.transport import Transport

CHANNEL = "credits"
WAIT_S = 40.0


def join_orderers(network: Network) -> list[str]:
    """What each ordering node is to the channel after it joined; it cannot join twice."""
    relations = []
    for each, orderer in network.topology.consenters:
        member = network.organisations[each.msp_id].member("orderer", orderer.name)
        assert orderer.admin_port is not None
        client = ParticipationClient(
            orderer.host, orderer.admin_port,
            root=member.tls.root, certificate=member.tls.certificate, key=member.tls.key,
        )  # fmt: skip
        assert client.channels() == []
        relations.append(client.join(network.genesis).relation)
        assert client.channels() == [network.topology.channel.name]
        with pytest.raises(ChannelError, match="405 cannot join: channel already exists"):
            client.join(network.genesis)
    return relations


async def live(network: Network) -> int:
    """Peers join, the configuration changes, a chaincode is defined; the first peer's height after it."""
    async with peer_admins(network, connect) as peers, orderer_transport(network, connect) as orderer:
        for peer in peers:
            await peer.join(network.genesis)
            assert await peer.channels() == [CHANNEL]
            with pytest.raises(ChannelError, match="already exists"):
                await peer.join(network.genesis)
        await config_update(network, peers, orderer)
        await deploy(network, peers, orderer)
        return await peers[0].height(CHANNEL)


async def shorten_batches(network: Network) -> list[int]:
    """Peers join and the ordering organisations change the configuration; its sequence at each peer after it."""
    async with peer_admins(network, connect) as peers, orderer_transport(network, connect) as orderer:
        for peer in peers:
            await peer.join(network.genesis)
        before = config_of(await peers[0].config_block(CHANNEL)).sequence
        await order_batches(network, peers[0], orderer)
        return [await sequence_reaches(peer, before + 1) for peer in peers]


async def order_batches(network: Network, peer: PeerAdmin, orderer: Transport) -> None:
    """Shorter batches want the ordering organisations."""
    config = config_of(await peer.config_block(CHANNEL))
    ordering = [
        network.organisations[each.msp_id].signing_identity("admin", "Admin")
        for each in network.topology.ordering
    ]
    change = ConfigChange.between(CHANNEL, config, with_batch(config, Batch(timeout_ms=70, messages_max=3)))
    await submit(orderer, change.signed_by(*ordering).envelope(ordering[0]))


async def config_update(network: Network, peers: Sequence[PeerAdmin], orderer: Transport) -> None:
    """Shorter batches want the ordering organisation; a revoked certificate of a member wants that member."""
    before = config_of(await peers[0].config_block(CHANNEL)).sequence
    await order_batches(network, peers[0], orderer)
    await sequence_reaches(peers[0], before + 1)
    operator = network.organisations["OperatorMSP"]
    operator.revoke(operator.member("client", "recorder").identity().certificate)
    config = config_of(await peers[0].config_block(CHANNEL))
    change = ConfigChange.between(CHANNEL, config, with_msp(config, operator.msp))
    admins = [
        network.organisations[m].signing_identity("admin", "Admin") for m in ("RegulatorMSP", "OperatorMSP")
    ]
    with pytest.raises(ChannelError, match="BAD_REQUEST"):
        await submit(orderer, change.signed_by(admins[0]).envelope(admins[0]))
    await submit(orderer, change.signed_by(admins[1]).envelope(admins[1]))
    await sequence_reaches(peers[1], config.sequence + 1)


async def deploy(network: Network, peers: Sequence[PeerAdmin], orderer: Transport) -> None:
    """Install, approve and commit, each twice where that is harmless."""
    definition = Definition.of(network.topology.chaincodes[0])
    package = service_package("registry_1.0", "127.0.0.1:9999")
    wanted = package_id("registry_1.0", package)
    for peer in peers:
        await lifecycle.install(peer, package, wanted)
        await lifecycle.install(peer, package, wanted)
        assert await peer.installed() == [wanted]
        await lifecycle.approve(peer, orderer, CHANNEL, definition, wanted)
    await lifecycle.commit(peers, orderer, CHANNEL, definition)
    await lifecycle.commit(peers, orderer, CHANNEL, definition)
    found = await peers[0].committed(CHANNEL, "registry")
    assert (found.sequence, found.version) == (1, "1.0")
    assert found.validation_parameter == definition.validation_parameter
    assert dict(found.approvals) == {"RegulatorMSP": True, "OperatorMSP": True}


async def submit(orderer: Transport, envelope: bytes) -> None:
    """An ordering node without a leader says SERVICE_UNAVAILABLE for a while."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return await broadcast(orderer, envelope)
        except ChannelError as error:
            if error.value != "SERVICE_UNAVAILABLE" or time.monotonic() > end:
                raise
        await asyncio.sleep(0.3)


async def sequence_reaches(peer: PeerAdmin, sequence: int) -> int:
    """The configuration's sequence at a peer, once it is as high as this."""
    end = time.monotonic() + WAIT_S
    while (found := config_of(await peer.config_block(CHANNEL)).sequence) < sequence:
        assert time.monotonic() < end, f"{peer.name} does not reach config sequence {sequence}"
        await asyncio.sleep(0.2)
    return found
