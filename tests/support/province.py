"""The shipped province on this machine: its nodes, their admins, and what its ledger says in the end."""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tanhui.network.channel.agreement import Agreement, compare
from tanhui.network.channel.bring_up import peer_admins
from tanhui.network.channel.topology import Topology
from tanhui.network.processes.native_network import NativeNetwork, connect
from tanhui.network.processes.network_processes import ManagedNode, wait_until_healthy
from tanhui.network.processes.programs import find_programs
from tanhui.registry_api.ledger_blocks import read_block
from tests.support.running_registry import tanhui
from tests.support.separate_places import run_in_places
from tests.support.topologies import on_free_ports, shipped_topology

SERVE = (sys.executable, "-m", "tanhui.cli.main", "chaincode", "serve")
CHANNEL = "credits"
LEVEL_WITHIN_S = 90.0
_FIGURE = r'^{}\{{channel="credits"\}} (\d+)'
_LEADER = "consensus_smartbft_view_leader_id"
_VIEW = "consensus_smartbft_view_number"
_HEIGHT = "consensus_BFT_committed_block_number"
REJOINED_WITHIN_S = 90.0


class Province:
    """A running network."""

    def __init__(self, native: NativeNetwork) -> None:
        self.native = native
        self.nodes = native.nodes.nodes
        self.orderers = [node for node in self.nodes.values() if node.kind == "orderer"]

    def leader(self) -> ManagedNode:
        """The orderer that most of those who are up follow now."""
        said: Counter[int] = Counter()
        for orderer in self.orderers:
            if orderer.program.running_pid() is not None:
                said.update([figure(orderer, _LEADER)])
        number, _ = said.most_common(1)[0]
        return self.orderers[number - 1]

    def rejoin(self, orderer: ManagedNode) -> float:
        """Start an orderer again, and wait until it takes part: only then may another be lost (f = 1).

        Answers how long it took: it is in the others' view, and has the block that they had.
        """
        began = time.monotonic()
        self.restart(orderer)
        others = [one for one in self.orderers if one is not orderer]
        while True:
            views = Counter(figure(one, _VIEW) for one in others)
            height = min(figure(one, _HEIGHT) for one in others)
            if figure(orderer, _VIEW) == max(views) and figure(orderer, _HEIGHT) >= height:
                return time.monotonic() - began
            assert time.monotonic() - began < REJOINED_WITHIN_S, (orderer.program.name, views, height)
            time.sleep(0.2)

    def restart(self, node: ManagedNode, within_s: float = 60.0) -> None:
        """Start it again and wait until it says that it is well."""
        node.program.start()
        wait_until_healthy(node, time.monotonic() + within_s)

    def wait_until_served(self, within_s: float = 60.0) -> None:
        """Every chaincode service is well: its keeper starts it again when it was killed."""
        deadline = time.monotonic() + within_s
        while not all(each.healthy() for each in self.native.chaincodes.services.values()):
            assert time.monotonic() < deadline, self.native.chaincodes.status()
            time.sleep(0.1)

    def level(self, within_s: float = LEVEL_WITHIN_S) -> Agreement:
        """Compare the peers once all of them are there and at the same height."""
        deadline = time.monotonic() + within_s
        while True:
            found = asyncio.run(self._compared())
            assert found.agrees, found
            if not found.absent and len(set(found.heights.values())) == 1:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.5)

    def effects(self, kind: str) -> list[dict[str, str]]:
        """Every effect of a kind, from the blocks of the first peer."""
        return asyncio.run(self._effects(kind))

    async def _compared(self) -> Agreement:
        async with peer_admins(self.native.network, connect) as peers:
            return await compare(peers, CHANNEL)

    async def _effects(self, kind: str) -> list[dict[str, str]]:
        found = []
        async with peer_admins(self.native.network, connect) as (peer, *_):
            for number in range(await peer.height(CHANNEL)):
                for one in read_block(await peer.block(CHANNEL, number), "registry").transactions:
                    effects = msgspec.json.decode(one.payload)["effects"] if one.payload else []
                    found += [effect for effect in effects if effect["kind"] == kind]
        return found


def figure(node: ManagedNode, name: str) -> int:
    """A figure of the node's metrics, -1 when it does not show it yet."""
    found = re.search(_FIGURE.format(name), node.operations.metrics().decode(), re.MULTILINE)
    return int(found[1]) if found else -1


@contextmanager
def province(
    folder: Path, topology: Topology | None = None, people: int = 20, places: Sequence[str] = ()
) -> Iterator[Province]:
    """Up with its contract, with the demo's month on it; down at the end whatever happens.

    `places` names organisations whose programs run in namespaces of their own (separate_places.py).
    """
    topology = topology or on_free_ports(shipped_topology("province"))
    native = NativeNetwork(folder, topology, find_programs(), {"registry": SERVE})
    run_in_places(native, places)
    try:
        asyncio.run(native.up())
        demo(native.connection_file, people)
        yield Province(native)
    finally:
        native.down()


def demo(connection: Path, people: int) -> None:
    """The month of `tanhui demo` on a network, balanced from its chain."""
    done = tanhui("demo", "--people", str(people), "--connection", str(connection), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["balanced"] is True


@dataclass(frozen=True, slots=True)
class Kept:
    """What a ledger kept of the accounts whose opening it had acknowledged."""

    lost: list[str]
    doubled: list[str]
    """Opened by more than one valid transaction."""


def kept_of(province: Province, acknowledged: Iterable[str]) -> Kept:
    """Compare what was acknowledged with the effects in the first peer's blocks."""
    opened = Counter(effect["account"] for effect in province.effects("accounts.opened"))
    return Kept(
        lost=[account for account in acknowledged if account not in opened],
        doubled=[account for account, count in opened.items() if count > 1],
    )


EVERYTHING_ONCE = Kept([], [])
