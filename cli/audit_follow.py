"""`tanhui audit follow`: connect, replay, keep the log, collect cosignatures."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.connection import Connection, open_connection
from tanhui.cli.logging import log_to_stderr
from tanhui.cli.output import fail, messages, results
from tanhui.cli.serving import on_stop
from tanhui.network.protocol.transport import TransportError
from tanhui.node.collector import settle_collector
from tanhui.node.follower import AuditLog, DeliverSource, Follower, LieFound, Replay, SourceError
from tanhui.node.follower.audit_log import LogDiffersError
from tanhui.node.follower.folder import AUDITOR_KEY, LOG_KEY, Audited, AuditFolder, Basis
from tanhui.node.follower.snapshot import load_snapshot
from tanhui.node.ledger.errors import LedgerCorruptError
from tanhui.node.witness.collect import Collector
from tanhui.node.witness.policy_file import CosignerPolicy, parse_policy
from tanhui.node.witness.replay_auditor import require_genesis
from tanhui.proofs import anchors, canonical
from tanhui.proofs.errors import ProofError
from tanhui.proofs.keys import KeyType

EXIT_LIE = 3
EXIT_FOLDER = 4
"""The auditor's own files differ from each other, or one is damaged: he ends so each time until they are mended."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When following ends, besides a signal or a lie."""

    once: bool
    until_eof: bool


def follow(
    *,
    connection: Annotated[Path, typer.Option(help="connection.json of the peer to follow.", exists=True)],
    genesis: Annotated[str, typer.Option(help="Header hash of block 0, hex, from a source of your own.")],
    data: Annotated[Path, typer.Option(help="The auditor's folder, made when missing.", file_okay=False)],
    origin: Annotated[str, typer.Option(help="The log's origin, for example registry.example/credits.")],
    msp: Annotated[
        str | None, typer.Option(help="MSP id of the identity that asks; default: the first.")
    ] = None,
    identity: Annotated[str | None, typer.Option(help="Its name in the profile; default: the first.")] = None,
    chaincode: Annotated[
        str | None, typer.Option(help="Whose events are the ledger's effects; default: the profile's.")
    ] = None,
    cosigners: Annotated[
        Path | None, typer.Option(help="Whom to ask for cosignatures (docs/audit.md).", exists=True)
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(help="Begin from this snapshot instead of block 0.", exists=True)
    ] = None,
    anchors_file: Annotated[
        Path | None,
        typer.Option("--anchors", help="With --snapshot: whose word you take for it.", exists=True),
    ] = None,
    cosign: Annotated[
        bool, typer.Option("--cosign", help="Put the auditor's own cosignature on what he replayed.")
    ] = False,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", help="End when standard input ends: for whoever supervises it.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="End at the peer's newest block.")] = False,
) -> None:
    """Judge every block again from the pinned genesis hash on, and stop with evidence at the first lie.

    Exit status 0: stopped by a signal, or --once and all is well; 3: the peer said what the replay does not bear
    out, and the evidence is in DATA/evidence; 4: the folder cannot be gone on from, its log and its ledger differ or
    a file is damaged; 1: anything else.
    """
    log_to_stderr()
    folder = AuditFolder(data)
    pinned = canonical.parse_hex(genesis.lower(), 32)
    opened = open_connection(connection, msp, identity)
    start = _Start(pinned, chaincode or opened.profile.chaincode, origin, snapshot, anchors_file)
    policy = None if cosigners is None else parse_policy(cosigners.read_bytes())
    ending = Ending(once=once, until_eof=until_eof)
    try:
        kept = _kept(folder, start)
        messages.print(kept.basis.describe(), markup=False)
        if cosign:
            require_genesis(kept.basis)
        asyncio.run(_follow(folder, kept, opened, policy, ending, cosign=cosign))
    except LieFound as lie:
        messages.print(f"LIE: {lie}", style="red", markup=False)
        for note in lie.__notes__:
            results.print(note, markup=False, soft_wrap=True)
        raise typer.Exit(EXIT_LIE) from None
    except (LogDiffersError, LedgerCorruptError, ProofError) as error:
        fail(f"{data}: cannot go on from what is here: {error}", EXIT_FOLDER)
    except (SourceError, TransportError) as error:
        fail(f"{opened.profile.gateway.endpoint}: {error}")


@dataclass(frozen=True, slots=True)
class _Start:
    """What is to be audited, and from which snapshot where not from block 0."""

    genesis: bytes
    chaincode: str
    origin: str
    snapshot: Path | None
    anchors_file: Path | None


def _kept(folder: AuditFolder, start: _Start) -> Audited:
    """What the folder audits; written down when nothing stands there yet. Raises ProofError."""
    basis = Basis()
    if start.snapshot is not None and folder.read() is None:
        if start.anchors_file is None:
            fail("--snapshot needs --anchors: the auditors whose word you take")
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            trusted = anchors.parse(start.anchors_file.read_bytes())
            basis = load_snapshot(
                start.snapshot, folder.ledger, trusted, genesis=start.genesis, chaincode=start.chaincode
            )
        except ProofError as error:
            fail(f"{start.snapshot}: {error}")
    folder.write(Audited(start.genesis, start.chaincode, start.origin, basis))
    kept = folder.read()
    assert kept is not None
    return kept


async def _follow(
    folder: AuditFolder,
    audited: Audited,
    opened: Connection,
    policy: CosignerPolicy | None,
    ending: Ending,
    *,
    cosign: bool,
) -> None:
    signer = folder.signer(LOG_KEY, audited.origin, KeyType.ED25519)
    vouching = folder.existing_signer(AUDITOR_KEY) if cosign else None
    with (
        Replay.open(folder.ledger, audited.genesis, audited.chaincode) as replay,
        AuditLog(folder.log, audited.origin, [signer], vouching=vouching) as log,
    ):
        async with opened.transport() as transport:
            profile = opened.profile
            source = DeliverSource(
                transport,
                profile.gateway.endpoint,
                profile.channel,
                opened.signing,
                opened.tls_certificate_hash,
            )
            follower = Follower(
                replay,
                log,
                source,
                evidence=folder.evidence,
                on_published=None if policy is None else Collector(log, policy).collect,
            )
            settle_collector()
            await _until_ended(follower, ending)
        results.print(
            f"height {replay.height} commit {replay.commit_hash.hex()} leaves {log.size} root {log.root().hex()}",
            markup=False,
            soft_wrap=True,
        )


async def _until_ended(follower: Follower, ending: Ending) -> None:
    running = asyncio.ensure_future(follower.run(once=ending.once))
    on_stop(running.cancel)
    if ending.until_eof:
        loop, supervisor = asyncio.get_running_loop(), sys.stdin.fileno()

        def read() -> None:
            # A supervisor that was killed closes its end of the pipe too; a file at its end stays readable for ever.
            if not os.read(supervisor, 1):
                loop.remove_reader(supervisor)
                running.cancel()

        loop.add_reader(supervisor, read)
    try:
        await running
    except asyncio.CancelledError:
        messages.print("stopped")
