"""One region of the demonstration, whatever runs its ledger: the auditor who replays it, and the relay's way to it."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.demo.clerk import Clerk
from tanhui.cli.recognition.places import Place
from tanhui.cli.registry_process import Registry
from tanhui.network.channel.topology import Topology
from tanhui.network.gateway import Gateway
from tanhui.network.protocol.transport import Transport
from tanhui.network.relay.ledger_side import LedgerSide, log_files
from tanhui.node.follower import AuditLog, DeliverSource, Follower, FollowerSettings, Replay
from tanhui.node.follower.folder import AUDITOR_KEY, LOG_KEY, AuditFolder
from tanhui.node.ledger import LedgerOptions
from tanhui.proofs.anchors import Anchors, LogKey
from tanhui.proofs.keys import KeyType
from tanhui.proofs.policy import Quorum

CARRIER: Final = "exchange-verifier"
"""Whose certificate the relay shows: it has no part in any transfer."""
SMALL: Final = LedgerOptions(cache_bytes=8 << 20, write_buffer_bytes=4 << 20)
QUICK: Final = FollowerSettings(publish_interval_s=0.05, give_up_after=0)


@dataclass(frozen=True, slots=True)
class Reach:
    """How a region's ledger is reached.

    Attributes:
        runs_on: for people: what runs it.
        registry: orders and questions.
        topology: whose organisations and users there are.
        genesis: header hash of block 0.
        transport: to a peer that delivers blocks.
        gateway: of the relay's identity.
        level: waits until each of its peers has what any of them announced.
    """

    runs_on: str
    registry: Registry
    topology: Topology
    genesis: bytes
    transport: Transport
    gateway: Gateway
    level: Callable[[], Awaitable[bool]]


class Region:
    """An open region.

    Args:
        place: which.
        reach: its ledger.
        home: the auditor's folder.
        day: of the run, days since 1970-01-01 in UTC+8.
    """

    def __init__(self, place: Place, reach: Reach, home: AuditFolder, day: int) -> None:
        self.place = place
        self.reach = reach
        self.clerk = Clerk(reach.registry.ledger, place.name, day)
        self.genesis = reach.genesis
        self.channel = reach.topology.channel.name
        self.origin = f"registry.{place.name}.example/{self.channel}"
        self._home = home
        self._log = home.signer(LOG_KEY, self.origin, KeyType.ED25519)
        self._auditor = home.signer(AUDITOR_KEY, f"auditor.{place.name}.example", KeyType.COSIGNATURE)
        self._keeper = home.signer("keeper.key", f"keeper.{place.name}.example", KeyType.ED25519)
        self.side = LedgerSide(
            place.name, reach.gateway.network(self.channel), CHAINCODE_NAME, log_files(str(home.log))
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
        for one in self.reach.topology.organisations:
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
        registry = self.reach.registry
        signing = registry.identities[registry.reader]
        source = DeliverSource(self.reach.transport, self.place.name, self.channel, signing)
        await self.reach.level()
        with (
            Replay.open(self._home.ledger, self.genesis, CHAINCODE_NAME, options=SMALL) as replay,
            AuditLog(self._home.log, self.origin, [self._log], vouching=self._auditor) as log,
        ):
            follower = Follower(replay, log, source, evidence=self._home.evidence, settings=QUICK)
            await follower.run(once=True)


def now() -> int:
    """POSIX seconds."""
    return int(time.time())
