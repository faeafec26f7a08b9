"""The log beside a registry: an auditor of its own process in DATA/auditor, from whose files proofs are made.

    DATA/auditor/             the auditor's folder (node/follower/folder.py)
    DATA/auditor/keys/issuer.key    the key that signs certificates
    DATA/auditor/anchors.json       the registry's own anchors: a draft for whoever reads its proofs

He follows the node over gRPC as any auditor would, and judges every block again; he is of the same house all the
same, so that his word alone convinces nobody outside. Others' cosignatures: docs/audit.md.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.audit_follow import EXIT_FOLDER, EXIT_LIE
from tanhui.network.protocol.blocks import block_hash
from tanhui.node.follower.folder import AUDITOR_KEY, LOG_KEY, AuditFolder, write_synced
from tanhui.node.node import Node
from tanhui.proofs import anchors
from tanhui.proofs.anchors import Anchors, Issuer, LogKey
from tanhui.proofs.keys import KeyType, NoteSigner
from tanhui.proofs.policy import Quorum
from tanhui.registry_api.settings import ApiSettings

_log = structlog.get_logger(__name__)

FOLDER = "auditor"
ANCHORS = "anchors.json"
ISSUER_KEY = "issuer.key"
HOUSE = "registry.local"
"""Names the keys of a registry that has no host name yet; another name needs another folder."""
ENDINGS: Final = {
    EXIT_LIE: "the auditor found a lie; see his folder's evidence",
    EXIT_FOLDER: "the auditor's log and ledger differ, or one is damaged; the server's log names the place",
}
"""What no restart mends, by exit status: his ledger ends where the node's word and his replay part, or his own files
do not fit each other. Nothing more may be proved from them."""
RESTART_S = 2.0
STOP_S_MAX = 20.0


def with_log(settings: ApiSettings, data: Path) -> ApiSettings:
    """The settings with the log in DATA/auditor, as far as they do not name another."""
    home = data / FOLDER
    ours = {
        "log_folder": home / "log",
        "anchors_file": home / ANCHORS,
        "issuer_key_file": _issuer(AuditFolder(home)),
    }
    return settings.model_copy(
        update={name: path for name, path in ours.items() if getattr(settings, name) is None}
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed: connection.json of a network, one of its channels and chaincodes, and block 0's hash."""

    connection: Path
    channel: str
    chaincode: str
    genesis: bytes

    @classmethod
    def node(cls, node: Node, data: Path) -> "Followed":
        """The node whose folder is `data`."""
        genesis = block_hash(node.channel.ledger.block(0).header)
        return cls(data / "connection.json", node.channel.channel_id, CHAINCODE_NAME, genesis)


@dataclass(slots=True)
class LogKeeper:
    """The follower beside a registry. `failure` says why nothing more may be proved, "" while it follows."""

    failure: str = ""


@asynccontextmanager
async def keep_log(followed: Followed, data: Path, *, wanted: bool = True) -> AsyncIterator[LogKeeper]:
    """Follow a network for the length of a block, where it is `wanted`; a follower that died is started again."""
    keeper = LogKeeper()
    if not wanted:
        yield keeper
        return
    home = AuditFolder(data / FOLDER)
    genesis = followed.genesis
    origin = f"{HOUSE}/{followed.channel}"
    log = home.signer(LOG_KEY, origin, KeyType.ED25519)
    auditor = home.signer(AUDITOR_KEY, f"auditor.{HOUSE}", KeyType.COSIGNATURE)
    issuer = home.existing_signer(ISSUER_KEY)
    _write_anchors(home.root / ANCHORS, followed.channel, genesis, (log, auditor, issuer))
    command = (
        sys.executable, "-m", "tanhui.cli.main", "audit", "follow",
        "--connection", str(followed.connection), "--genesis", genesis.hex(), "--data", str(home.root),
        "--origin", origin, "--chaincode", followed.chaincode, "--cosign", "--until-eof",
    )  # fmt: skip
    task = asyncio.create_task(supervise(command, keeper), name="log-keeper")
    try:
        yield keeper
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _issuer(home: AuditFolder) -> Path:
    home.signer(ISSUER_KEY, HOUSE, KeyType.ED25519)
    return home.keys / ISSUER_KEY


def _write_anchors(
    path: Path, channel: str, genesis: bytes, signers: tuple[NoteSigner, NoteSigner, NoteSigner]
) -> None:
    """Write the draft once: what its reader changed, or compared, stays as it is."""
    if path.exists():
        anchors.parse(path.read_bytes())
        return
    log, auditor, issuer = signers
    made = Anchors(
        number=1,
        network=HOUSE,
        channel=channel,
        genesis=genesis,
        origin=log.key.name,
        logs=(LogKey(log.key),),
        witnesses=Quorum(0, ()),
        auditors=Quorum(1, (auditor.key,)),
        issuers=(Issuer(issuer.key.name, issuer.key.public_key),),
    )
    write_synced(path, made.file())


async def supervise(command: tuple[str, ...], keeper: LogKeeper) -> None:
    """Run the follower, again when it died; returns, with the reason in `keeper`, at an end that no restart mends."""
    while True:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _stop(process)
            raise
        if status in ENDINGS:
            keeper.failure = ENDINGS[status]
            _log.critical("log_keeper.stopped", status=status, reason=keeper.failure)
            return
        _log.error("log_keeper.ended", status=status, restart_s=RESTART_S)
        await asyncio.sleep(RESTART_S)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_S_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
