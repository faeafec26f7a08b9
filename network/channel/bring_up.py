"""From started programs to a channel with its chaincodes: join, install, approve, commit, and wait until all agree.

Everything happens over the wire, each organisation's part in its own admin's name. Repeating it does what is
still missing: a peer that was added joins, a chaincode whose sequence was raised is upgraded.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol

from tanhui.network.channel import lifecycle
from tanhui.network.channel.definitions import Definition
from tanhui.network.channel.discovery import endorsers_known
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.participation import ParticipationClient
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.channel.services import package_of, services_of
from tanhui.network.channel.topology import Chaincode
from tanhui.network.protocol.transport import Transport

AGREE_WAIT_S: Final = 60.0
_POLL_S: Final = 0.2


class ClosableTransport(Transport, Protocol):
    """A transport that is closed when it has served."""

    async def close(self) -> None:
        """Close it."""


Connect = Callable[[str, bytes], ClosableTransport]
"""From host:port and the TLS root in PEM."""


async def bring_up(network: Network, connect: Connect, snapshot: str | None = None) -> None:
    """Join every node and bring every chaincode of the topology onto the channel.

    Args:
        network: material and topology.
        connect: how a node is reached.
        snapshot: a folder from which peers that are not on the channel join, instead of block 0.

    Raises:
        ChannelError: a node refused, or the network did not agree in time.
        TransportError: a node cannot be reached.
    """
    await asyncio.to_thread(join_orderers, network)
    async with peer_admins(network, connect) as peers, orderer_transport(network, connect) as orderer:
        await asyncio.gather(*(_join(peer, network, snapshot) for peer in peers))
        for chaincode in network.topology.chaincodes:
            await deploy(network, chaincode, peers, orderer)


def join_orderers(network: Network, block: bytes | None = None) -> None:
    """Every ordering node has the channel: from block 0, or from a running channel's newest config block."""
    for each, orderer in network.topology.consenters:
        member = network.organisations[each.msp_id].member("orderer", orderer.name)
        if orderer.admin_port is None:
            raise ChannelError("admin_port", member.name, "an orderer that is to join needs this port")
        tls = member.tls
        client = ParticipationClient(
            orderer.host, orderer.admin_port, root=tls.root, certificate=tls.certificate, key=tls.key
        )
        if network.topology.channel.name not in client.channels():
            client.join(block or network.genesis)


@asynccontextmanager
async def peer_admins(network: Network, connect: Connect) -> AsyncIterator[list[PeerAdmin]]:
    """Every peer with its organisation's admin, in the topology's order."""
    transports: list[ClosableTransport] = []
    admins: list[PeerAdmin] = []
    try:
        for each in network.topology.members:
            organisation = network.organisations[each.msp_id]
            admin = organisation.signing_identity("admin", "Admin")
            for peer in each.peers:
                transport = connect(f"{peer.host}:{peer.port}", organisation.tls_root_pem)
                transports.append(transport)
                admins.append(PeerAdmin(f"{peer.name}.{each.domain}", transport, admin))
        yield admins
    finally:
        for transport in transports:
            await transport.close()


@asynccontextmanager
async def orderer_transport(network: Network, connect: Connect) -> AsyncIterator[Transport]:
    """The first ordering node."""
    each, orderer = network.topology.consenters[0]
    root = network.organisations[each.msp_id].tls_root_pem
    transport = connect(f"{orderer.host}:{orderer.port}", root)
    try:
        yield transport
    finally:
        await transport.close()


async def deploy(
    network: Network, chaincode: Chaincode, peers: Sequence[PeerAdmin], orderer: Transport
) -> None:
    """Install on every peer, approve once an organisation, commit, and wait until clients may use it."""
    channel, definition = network.topology.channel.name, Definition.of(chaincode)
    services = services_of(network, chaincode)
    approving = list({peer.admin.msp_id: peer for peer in reversed(peers)}.values())[::-1]
    for peer in peers if services else ():
        service = package_of(services, peer.admin.msp_id)
        await lifecycle.install(peer, service.package, service.package_id)
    for peer in approving:
        installed = package_of(services, peer.admin.msp_id).package_id if services else None
        await lifecycle.approve(peer, orderer, channel, definition, installed)
    await lifecycle.wait_until_approved(approving, channel, definition)
    await lifecycle.commit(approving, orderer, channel, definition)
    if services:
        await wait_until_endorsable(peers, channel, chaincode.name)


async def _join(peer: PeerAdmin, network: Network, snapshot: str | None) -> None:
    if network.topology.channel.name in await peer.channels():
        return
    if snapshot is None:
        await peer.join(network.genesis)
    else:
        await peer.join_by_snapshot(snapshot)


async def wait_until_endorsable(peers: Sequence[PeerAdmin], channel: str, chaincode: str) -> None:
    """Peers learn of one another by gossip, which takes seconds; until then a Gateway finds no endorsers."""
    end = time.monotonic() + AGREE_WAIT_S
    for peer in peers:
        while reason := await endorsers_known(peer, channel, chaincode):
            if time.monotonic() > end:
                raise ChannelError("endorsers", peer.name, f"are not known to it in time: {reason}")
            await asyncio.sleep(_POLL_S)
