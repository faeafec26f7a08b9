"""One region of the demonstration: an embedded node, the auditor who replays it, and the relay's way to both."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from tanhui.chaincode.rules.uscc import check_character
from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.demo.clerk import Clerk
from tanhui.cli.registry_process import EmbeddedRegistry, embedded_topology, open_registry
from tanhui.network.channel.topology import Topology
from tanhui.network.gateway import Gateway, connect
from tanhui.network.protocol.blocks import block_hash
from tanhui.network.relay.ledger_side import LedgerSide, log_files
from tanhui.node.follower import AuditLog, DeliverSource, Follower, FollowerSettings, Replay
from tanhui.node.follower.folder import AUDITOR_KEY, LOG_KEY, AuditFolder
from tanhui.node.ledger import LedgerOptions
from tanhui.proofs.anchors import Anchors, LogKey
from tanhui.proofs.keys import KeyType
from tanhui.proofs.policy import Quorum
from tanhui.registry_api.settings import ApiSettings

BATCH_MS: Final = 10
CARRIER: Final = "exchange-verifier"
"""Whose certificate the relay shows: it has no part in any transfer."""
SMALL: Final = LedgerOptions(cache_bytes=8 << 20, write_buffer_bytes=4 << 20)
QUICK: Final = FollowerSettings(publish_interval_s=0.05, give_up_after=0)
_REGION: Final = slice(2, 8)


@dataclass(frozen=True, slots=True)
class Place:
    """A province: its name in folders, its title, its GB/T 2260 code."""

    name: str
    title: str
    code: str


PLACES: Final = (
    Place("sichuan", "四川省（示例）", "510000"),
    Place("jilin", "吉林省（示例）", "220000"),
    Place("shandong", "山东省（示例）", "370000"),
    Place("zhejiang", "浙江省（示例）", "330000"),
    Place("shanghai", "上海市（示例）", "310000"),
)


class Region:
    """An open region.

    Args:
        place: which.
        registry: on its embedded node.
        home: the auditor's folder.
        gateway: of the relay's identity.
        day: of the run, days since 1970-01-01 in UTC+8.
    """

    def __init__(
        self, place: Place, registry: EmbeddedRegistry, home: AuditFolder, gateway: Gateway, day: int
    ) -> None:
        self.place = place
        self.registry = registry
        self.clerk = Clerk(registry.ledger, place.name, day)
        self.genesis = block_hash(registry.node.channel.ledger.block(0).header)
        self.channel = registry.node.channel.channel_id
        self.origin = f"registry.{place.name}.example/{self.channel}"
        self._home = home
        self._log = home.signer(LOG_KEY, self.origin, KeyType.ED25519)
        self._auditor = home.signer(AUDITOR_KEY, f"auditor.{place.name}.example", KeyType.COSIGNATURE)
        self._keeper = home.signer("keeper.key", f"keeper.{place.name}.example", KeyType.ED25519)
        self.side = LedgerSide(
            place.name, gateway.network(self.channel), CHAINCODE_NAME, log_files(str(home.log))
        )

    @property
    def anchors(self) -> Anchors:
        """What another region pins: one auditor and one keeper here; a province takes several of each."""
        return Anchors(
            number=1,
            network=self.place.title,
            channel=self.channel,
            genesis=self.genesis,
            origin=self.origin,
            logs=(LogKey(self._log.key),),
            witnesses=Quorum(0, ()),
            auditors=Quorum(1, (self._auditor.key,)),
            keepers=Quorum(1, (self._keeper.key,)),
        )

    def organisation(self, user: str) -> str:
        """The id of the organisation for which one of the topology's users speaks."""
        organisation, _, name = user.partition("-")
        for one in self.registry.node.network.topology.organisations:
            for member in one.users:
                if (one.name.lower(), member.name) == (organisation, name):
                    return member.attributes["tanhui.org"]
        raise KeyError(user)

    def party(self, programme: str = "") -> dict[str, Any]:
        """This region as a party of an agreement."""
        return {
            "region": self.place.code,
            "name": self.place.title,
            "regulator": self.organisation("regulator-registrar"),
            "programme": programme,
            "genesis": self.genesis.hex(),
            "channel": self.channel,
            "origin": self.origin,
            "witnesses": 0,
            "auditors": 1,
        }

    async def audit(self) -> None:
        """The auditor replays what is new, from genesis on, and cosigns his log."""
        node = self.registry.node
        member = node.network.topology.members[0]
        signing = node.network.organisations[member.msp_id].signing_identity("admin", "Admin")
        source = DeliverSource(node.transport, self.place.name, self.channel, signing)
        with (
            Replay.open(self._home.ledger, self.genesis, CHAINCODE_NAME, options=SMALL) as replay,
            AuditLog(self._home.log, self.origin, [self._log], vouching=self._auditor) as log,
        ):
            follower = Follower(replay, log, source, evidence=self._home.evidence, settings=QUICK)
            await follower.run(once=True)


@asynccontextmanager
async def open_region(place: Place, data: Path, day: int) -> AsyncIterator[Region]:
    """Open the region in `data`/NAME; its auditor keeps his own copy beside it."""
    folder = data / place.name
    async with open_registry(folder, ApiSettings(), topology_of(place)) as registry:
        identity = registry.identities[CARRIER]
        async with connect(
            registry.node.transport, identity.identity, identity.signer, share_commit_stream=True
        ) as gateway:
            yield Region(place, registry, AuditFolder(data / f"{place.name}-auditor"), gateway, day)


def topology_of(place: Place) -> Topology:
    """The embedded topology with organisations of this province."""
    embedded = embedded_topology()
    organisations = [
        msgspec.structs.replace(
            one, users=[msgspec.structs.replace(user, attributes=_moved(user, place)) for user in one.users]
        )
        for one in embedded.organisations
    ]
    batch = msgspec.structs.replace(embedded.channel.batch, timeout_ms=BATCH_MS)
    channel = msgspec.structs.replace(embedded.channel, batch=batch)
    return msgspec.structs.replace(embedded, organisations=organisations, channel=channel)


def _moved(user: Any, place: Place) -> dict[str, str]:
    attributes: dict[str, str] = dict(user.attributes)
    known = attributes.get("tanhui.org", "")
    if known:
        body = known[: _REGION.start] + place.code + known[_REGION.stop : -1]
        attributes["tanhui.org"] = body + check_character(body)
    return attributes


def now() -> int:
    """POSIX seconds."""
    return int(time.time())
