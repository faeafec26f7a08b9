"""A region on a real Fabric network of this machine: peers, orderer and contract in processes of their own.

DATA/NAME/            the network (network/processes/native_network.py), as `tanhui network up` makes it
DATA/NAME-auditor/    the auditor's folder; his copy of the ledger is what the invariants are proved over
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fabric_protos.common import common_pb2

import tanhui.network
from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.connected_registry import open_connected
from tanhui.cli.network_options import SERVE
from tanhui.cli.recognition.places import Place, topology_of
from tanhui.cli.recognition.region import CARRIER, Reach, Region
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.gateway import connect
from tanhui.network.processes.native_network import NativeNetwork
from tanhui.network.processes.ports import on_free_ports
from tanhui.network.processes.programs import Programs
from tanhui.network.protocol.blocks import block_hash
from tanhui.network.protocol.messages import parse
from tanhui.node.follower.folder import AuditFolder

TOPOLOGY: Final = "region.yaml"


@asynccontextmanager
async def open_fabric_region(place: Place, data: Path, day: int, programs: Programs) -> AsyncIterator[Region]:
    """Start the region's network in `data`/NAME, and stop it at the end, whatever happens.

    Raises:
        ProcessesError, ChannelError: it does not come up.
    """
    described = load_topology(Path(tanhui.network.__path__[0]) / "topologies" / TOPOLOGY)
    topology = on_free_ports(topology_of(place, described))
    native = NativeNetwork(data / place.name, topology, programs, {CHAINCODE_NAME: SERVE})
    try:
        await native.up()
        async with open_connected(native.connection_file, settings_from_environment()) as registry:
            identity = registry.identities[CARRIER]
            async with connect(registry.transport, identity.identity, identity.signer) as gateway:
                genesis = parse(common_pb2.Block, native.network.genesis, "genesis")
                reach = Reach(
                    runs_on=f"Fabric {programs.version}",
                    registry=registry,
                    topology=topology,
                    genesis=block_hash(genesis.header),
                    transport=registry.transport,
                    gateway=gateway,
                    level=registry.horizon.catch_up,
                )
                yield Region(place, reach, AuditFolder(data / f"{place.name}-auditor"), day)
    finally:
        native.down()
