"""A planned change on its way: read the channel, compute, sign where the keys are, submit, wait until peers obey."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from fabric_protos.common import configtx_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.bring_up import Connect, orderer_transport, peer_admins
from tanhui.network.channel.config_update import ConfigChange, config_of
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.ordering_client import broadcast_when_ready
from tanhui.network.channel.peer_admin import PeerAdmin
from tanhui.network.channel.planned_change import Difference, differences, members_of, planned

OBEYED_WITHIN_S: Final = 90.0
_POLL_S: Final = 0.3


async def on_channel(peers: Sequence[PeerAdmin], channel: str) -> list[PeerAdmin]:
    """Those who are on the channel. ChannelError when nobody is."""
    found = [peer for peer in peers if channel in await peer.channels()]
    if not found:
        raise ChannelError("channel", channel, "is on none of the topology's peers")
    return found


async def plan(network: Network, connect: Connect) -> tuple[ConfigChange | None, list[Difference]]:
    """The change that leads to the topology, unsigned, and what differs; None when nothing does."""
    channel = network.topology.channel.name
    async with peer_admins(network, connect) as peers:
        current = await _newest(await on_channel(peers, channel), channel)
    wanted = planned(network, current)
    found = differences(current, wanted)
    return (ConfigChange.between(channel, current, wanted) if found else None), found


async def submit(network: Network, connect: Connect, change: ConfigChange, submitter: SigningIdentity) -> int:
    """Hand it to the ordering service; returns the configuration's sequence when every peer of the channel has it.

    Raises:
        ChannelError: the ordering service refused, for want of signatures above all.
    """
    channel = network.topology.channel.name
    async with peer_admins(network, connect) as peers, orderer_transport(network, connect) as orderer:
        there = await on_channel(peers, channel)
        sequence = int((await _newest(there, channel)).sequence) + 1
        await broadcast_when_ready(orderer, change.envelope(submitter))
        for peer in there:
            await _obeys(peer, channel, sequence)
    return sequence


async def config_block(network: Network, connect: Connect) -> bytes:
    """The newest config block, from which a further ordering node joins."""
    channel = network.topology.channel.name
    async with peer_admins(network, connect) as peers:
        return await (await on_channel(peers, channel))[0].config_block(channel)


async def members(network: Network, connect: Connect) -> set[str]:
    """Names of the organisations in the channel's configuration now."""
    return members_of(config_of(await config_block(network, connect)))


def admins_of(network: Network, names: set[str]) -> list[SigningIdentity]:
    """The admins, whose keys are here, of organisations by name."""
    return [
        network.organisations[each.msp_id].signing_identity("admin", "Admin")
        for each in network.topology.organisations
        if each.name in names
    ]


async def _newest(peers: Sequence[PeerAdmin], channel: str) -> configtx_pb2.Config:
    configs = [config_of(await peer.config_block(channel)) for peer in peers]
    return max(configs, key=lambda config: int(config.sequence))


async def _obeys(peer: PeerAdmin, channel: str, sequence: int) -> None:
    end = time.monotonic() + OBEYED_WITHIN_S
    while config_of(await peer.config_block(channel)).sequence < sequence:
        if time.monotonic() > end:
            raise ChannelError(
                "sequence", sequence, f"did not reach {peer.name} within {OBEYED_WITHIN_S:g} s"
            )
        await asyncio.sleep(_POLL_S)
