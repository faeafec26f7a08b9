"""What operators do to a network that runs here: change it, renew certificates, copy ledgers, bring nodes back.

DATA/nodes/NAME/data          a node's ledger
DATA/nodes/NAME/snapshots     a peer's snapshots: completed/CHANNEL/BLOCK
"""

import asyncio
import shutil
import tarfile
import time
from pathlib import Path
from typing import Final

from tanhui.crypto_config.certificates import load_certificate
from tanhui.crypto_config.folders import read_file
from tanhui.crypto_config.member import Member
from tanhui.network.channel import governing
from tanhui.network.channel.bring_up import bring_up, join_orderers, peer_admins
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.planned_change import Difference
from tanhui.network.processes.errors import NodeUnknownError
from tanhui.network.processes.native_network import NativeNetwork, connect
from tanhui.network.processes.network_processes import HEALTHY_WITHIN_S, ManagedNode, wait_until_healthy
from tanhui.network.processes.running import Program

SNAPSHOT_WITHIN_S: Final = 600.0
POLL_S: Final = 0.2
_LEDGER: Final = ("data", "etcdraft", "snapshots")
"""What of a node's folder is its ledger; the rest is configuration, log and pid."""


async def apply(native: NativeNetwork, snapshot: Path | None = None) -> list[Difference]:
    """Bring the running network to what its topology and crypto folders say now; returns what was changed.

    New nodes start and join, the channel's configuration is changed with the signatures of every organisation whose
    admin is here, a raised sequence upgrades a chaincode, and nodes that the topology has lost stop in the end.

    Args:
        native: opened with the edited topology.
        snapshot: from which new peers join, instead of block 0.
    """
    native.nodes.up()
    for service in native.chaincodes.services.values():
        if service.program.outdated():  # another version of the contract answers under another package id
            service.program.stop()
    native.chaincodes.up()
    change, found = await governing.plan(native.network, connect)
    if change is not None:
        admins = governing.admins_of(native.network, await governing.members(native.network, connect))
        await governing.submit(native.network, connect, change.signed_by(*admins), admins[0])
    newest = await governing.config_block(native.network, connect)
    await asyncio.to_thread(join_orderers, native.network, newest)
    await bring_up(native.network, connect, _absolute(snapshot))
    native.write_connection()
    stop_strangers(native)
    return found


def stop_strangers(native: NativeNetwork) -> list[str]:
    """Stop programs in DATA/nodes that the topology does not name any more; their folders stay."""
    known = native.programs
    found = []
    for folder in sorted(native.nodes.folder.iterdir()):
        program = Program(folder.name, folder, (), {})
        if folder.name not in known and program.running_pid() is not None:
            program.stop()
            found.append(folder.name)
    return found


async def renew(native: NativeNetwork, name: str) -> None:
    """New keys and certificates for a node, without an interruption of the network.

    The channel learns an ordering node's new certificates first, and then the node restarts with them; a peer's
    are vouched for by its authority alone.
    """
    node, member = node_of(native, name), member_of(native, name)
    native.network.organisations[member.msp_id].renew(member)
    if node.kind == "orderer":
        await apply(native)
    restart(node)


def restart(node: ManagedNode) -> None:
    """Stop, start, and wait until it is well. Raises NodeFailedError."""
    node.program.stop()
    node.program.start()
    wait_until_healthy(node, time.monotonic() + HEALTHY_WITHIN_S)


async def revoke(native: NativeNetwork, msp_id: str, user: str) -> list[Difference]:
    """Put a user's certificate on its organisation's list, and the list into the channel's configuration."""
    organisation = native.network.organisations.get(msp_id)
    if organisation is None:
        raise ChannelError("msp_id", msp_id, "is not in the topology")
    member = organisation.member("client", user)
    certificate = member.msp_folder / "signcerts" / f"{member.name}-cert.pem"
    organisation.revoke(load_certificate(read_file(certificate), source=str(certificate)))
    return await apply(native)


async def take_snapshot(native: NativeNetwork, name: str, out: Path) -> int:
    """A peer's snapshot of the channel at its newest block, copied to `out`; returns the block's number."""
    node_of(native, name)
    channel = native.network.topology.channel.name
    completed = native.nodes.folder / name / "snapshots" / "completed" / channel
    async with peer_admins(native.network, connect) as peers:
        peer = next((one for one in peers if one.name == name), None)
        if peer is None:
            raise ChannelError("node", name, "is not a peer: only peers keep a state to take a snapshot of")
        block = await peer.height(channel) - 1
        if not (completed / str(block)).is_dir():
            await peer.request_snapshot(channel)
    deadline = time.monotonic() + SNAPSHOT_WITHIN_S
    while not (found := _at_least(completed, block)):
        if time.monotonic() > deadline:
            raise ChannelError("snapshot", name, f"is not complete within {SNAPSHOT_WITHIN_S:g} s")
        await asyncio.sleep(POLL_S)
    shutil.copytree(completed / str(found), out)
    return found


def backup(native: NativeNetwork, name: str, archive: Path) -> int:
    """Stop a node, write its ledger to a tar file, and start it again; returns the file's bytes."""
    node = node_of(native, name)
    node.program.stop()
    partial = archive.with_name(archive.name + ".partial")
    with tarfile.open(partial, "w") as tar:
        for part in _LEDGER:
            if (node.program.folder / part).exists():
                tar.add(node.program.folder / part, arcname=part)
    partial.replace(archive)
    restart(node)
    return archive.stat().st_size


def restore(native: NativeNetwork, name: str, archive: Path) -> None:
    """Put a peer's ledger back from a backup; what came since it fetches from the ordering service.

    Raises:
        NodeUnknownError: an ordering node's ledger is not put back, because its word of then may contradict what it
            has signed since: it joins anew (`rejoin`).
    """
    node = node_of(native, name)
    if node.kind == "orderer":
        raise NodeUnknownError(name, "an ordering node is not restored from a backup: let it join anew")
    node.program.stop()
    _drop_ledger(node)
    with tarfile.open(archive) as tar:
        tar.extractall(node.program.folder, filter="data")
    restart(node)


async def rejoin(native: NativeNetwork, name: str, snapshot: Path | None = None) -> None:
    """Drop a node's ledger and let it join again: it fetches everything from the others."""
    node = node_of(native, name)
    node.program.stop()
    _drop_ledger(node)
    restart(node)
    if node.kind == "orderer":
        newest = await governing.config_block(native.network, connect)
        await asyncio.to_thread(join_orderers, native.network, newest)
    else:
        await bring_up(native.network, connect, _absolute(snapshot))


def node_of(native: NativeNetwork, name: str) -> ManagedNode:
    """A peer or orderer by its full name. Raises NodeUnknownError."""
    node = native.nodes.nodes.get(name)
    if node is None:
        raise NodeUnknownError(name, f"there are: {', '.join(native.nodes.nodes)}")
    return node


def member_of(native: NativeNetwork, name: str) -> Member:
    """A node's crypto folder."""
    for each in native.network.topology.organisations:
        for kind, nodes in (("peer", each.peers), ("orderer", each.orderers)):
            for one in nodes:
                if f"{one.name}.{each.domain}" == name:
                    return native.network.organisations[each.msp_id].member(
                        "peer" if kind == "peer" else "orderer", one.name
                    )
    raise NodeUnknownError(name, "is not in the topology")


def _absolute(folder: Path | None) -> str | None:
    return None if folder is None else str(folder.resolve())


def _drop_ledger(node: ManagedNode) -> None:
    for part in _LEDGER:
        shutil.rmtree(node.program.folder / part, ignore_errors=True)


def _at_least(completed: Path, block: int) -> int | None:
    numbers = [int(one.name) for one in completed.iterdir()] if completed.is_dir() else []
    return max((number for number in numbers if number >= block), default=None)
