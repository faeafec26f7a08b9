"""A region on an embedded node in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.recognition.places import Place, topology_of
from tanhui.cli.recognition.region import CARRIER, Reach, Region
from tanhui.cli.registry_process import EmbeddedRegistry, embedded_topology, open_registry
from tanhui.network.gateway import Gateway, connect
from tanhui.network.protocol.blocks import block_hash
from tanhui.node.follower.folder import AuditFolder
from tanhui.node.node import Node


class EmbeddedRegion(Region):
    """A region whose node runs in this process."""

    def __init__(self, place: Place, reach: Reach, home: AuditFolder, day: int, node: Node) -> None:
        super().__init__(place, reach, home, day)
        self.node = node


@asynccontextmanager
async def open_region(place: Place, data: Path, day: int) -> AsyncIterator[EmbeddedRegion]:
    """Open the region in `data`/NAME; its auditor keeps his own copy in `data`/NAME-auditor."""
    topology = topology_of(place, embedded_topology())
    async with open_registry(data / place.name, settings_from_environment(), topology) as registry:
        identity = registry.identities[CARRIER]
        async with connect(
            registry.node.transport, identity.identity, identity.signer, share_commit_stream=True
        ) as gateway:
            home = AuditFolder(data / f"{place.name}-auditor")
            yield EmbeddedRegion(place, _reach(registry, gateway), home, day, registry.node)


def _reach(registry: EmbeddedRegistry, gateway: Gateway) -> Reach:
    node = registry.node
    return Reach(
        runs_on="an embedded node",
        registry=registry,
        topology=node.network.topology,
        genesis=block_hash(node.channel.ledger.block(0).header),
        transport=node.transport,
        gateway=gateway,
        level=_alone,
    )


async def _alone() -> bool:
    """One node is level with itself."""
    return False
