"""An auditor in a folder: replay, log and source, with little memory."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path

from tanhui.network.protocol.blocks import block_hash
from tanhui.network.protocol.transport import Transport
from tanhui.node.follower import AuditLog, DeliverSource, Follower, FollowerSettings, Replay
from tanhui.node.ledger import LedgerOptions
from tanhui.node.node import Node
from tanhui.proofs import keys
from tanhui.proofs.keys import KeyType, NoteSigner

ORIGIN = "registry.example/credits"
SMALL = LedgerOptions(cache_bytes=8 * 1024 * 1024, write_buffer_bytes=4 * 1024 * 1024)
QUICK = FollowerSettings(publish_interval_s=0.05, reconnect_first_s=0.01, give_up_after=0)


def log_signer(origin: str = ORIGIN) -> NoteSigner:
    return keys.signer_from_seed(origin, KeyType.ED25519, sha256(origin.encode()).digest())


def genesis_hash(node: Node) -> bytes:
    return block_hash(node.channel.ledger.block(0).header)


def source(node: Node, transport: Transport | None = None) -> DeliverSource:
    signing = node.network.organisations["TwoMSP"].signing_identity("client", "carol")
    return DeliverSource(transport or node.transport, "peer0.one.example", "credits", signing)


@contextmanager
def auditor(
    folder: Path, genesis: bytes, chaincode: str = "kv", origin: str = ORIGIN
) -> Iterator[tuple[Replay, AuditLog]]:
    with (
        Replay.open(folder / "ledger", genesis, chaincode, options=SMALL) as replay,
        AuditLog(folder / "log", origin, [log_signer(origin)]) as log,
    ):
        yield replay, log


@asynccontextmanager
async def following(
    node: Node, folder: Path, transport: Transport | None = None, settings: FollowerSettings = QUICK
) -> AsyncIterator[tuple[Replay, AuditLog, Follower]]:
    with auditor(folder, genesis_hash(node)) as (replay, log):
        follower = Follower(
            replay, log, source(node, transport), evidence=folder / "evidence", settings=settings
        )
        yield replay, log, follower
