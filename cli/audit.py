"""`tanhui audit`: one's own replay of a channel, its log, and proofs from it (docs/audit.md)."""

from pathlib import Path
from typing import Annotated

import typer
from fabric_protos.common import common_pb2

from tanhui.cli.audit_bundle import bundle_command, certificate_command
from tanhui.cli.audit_follow import follow
from tanhui.cli.audit_ledger import audit_ledger
from tanhui.cli.options import AsJson
from tanhui.cli.output import fail, messages, print_json, results
from tanhui.network.protocol.blocks import block_hash
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.node.follower.folder import AUDITOR_KEY, LOG_KEY, AuditFolder
from tanhui.node.follower.own_copy import OwnCopy
from tanhui.node.witness.gossip import compare_checkpoints
from tanhui.proofs import anchors, checkpoints, keys, leaf, notes
from tanhui.proofs.anchors import Anchors, LogKey
from tanhui.proofs.keys import KeyType
from tanhui.proofs.log_reader import CHECKPOINT_PATH, LogReader, folder
from tanhui.proofs.notes import Note
from tanhui.proofs.policy import Quorum

app = typer.Typer(help="Replay a channel, keep a log of it, and prove from it.", no_args_is_help=True)
app.command("follow")(follow)
app.command("ledger")(audit_ledger)
app.command("bundle")(bundle_command)
app.command("certificate")(certificate_command)

Data = Annotated[Path, typer.Option("--data", help="The auditor's folder.", file_okay=False)]
EXIT_FORK = 3


def opened(data: Path) -> tuple[AuditFolder, Note, LogReader]:
    """The folder with its published checkpoint and a reader over that."""
    found = AuditFolder(data)
    read = folder(found.log)
    published = read(CHECKPOINT_PATH)
    if published is None:
        fail(f"{data}: no checkpoint is published here; run `tanhui audit follow`")
    note, _ = notes.open_note(published, [found.log_key()])
    return found, note, LogReader(read, checkpoints.parse(note.text).size)


@app.command("keys")
def keys_command(
    data: Data,
    origin: Annotated[str, typer.Option(help="The log's origin, for example registry.example/credits.")],
    auditor: Annotated[str, typer.Option(help="Name of the auditor's cosigning key.")],
) -> None:
    """Make what keys are missing, and print the public ones: the log's, then the replay auditor's."""
    found = AuditFolder(data)
    results.print(found.signer(LOG_KEY, origin, KeyType.ED25519).key.vkey, soft_wrap=True, markup=False)
    made = found.signer(AUDITOR_KEY, auditor, KeyType.COSIGNATURE)
    results.print(made.key.vkey, soft_wrap=True, markup=False)


@app.command("genesis")
def genesis_command(
    block: Annotated[Path, typer.Argument(help="The channel's block 0 in protobuf.", exists=True)],
) -> None:
    """Print the header hash of a genesis block: what `follow --genesis` pins. Compare it by another way."""
    try:
        parsed = parse(common_pb2.Block, block.read_bytes(), "block")
    except MessageError:
        fail(f"{block}: no block")
    if not parsed.header.data_hash:  # an empty file is a message too
        fail(f"{block}: no block")
    results.print(block_hash(parsed.header).hex(), markup=False)


@app.command("status")
def status_command(data: Data, as_json: AsJson = False) -> None:
    """Show how far the published log goes, who cosigned it, and where the replay began."""
    found, note, reader = opened(data)
    audited = found.read()
    assert audited is not None, "a log is published after auditor.json is written"
    last = leaf.parse(reader.entry(reader.size - 1)) if reader.size else None
    document = {
        "origin": audited.origin,
        "genesis": audited.genesis.hex(),
        "size": str(reader.size),
        "root": checkpoints.parse(note.text).root.hex(),
        "height": "0" if last is None else str(last.block + 1),
        "commit_hash": "" if last is None else last.commit.hex(),
        "signatures": [one.name for one in note.signatures],
        "basis": audited.basis.describe(),
        "evidence": sorted(path.name for path in found.evidence.glob("*.json")),
    }
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        results.print(f"{name}: {shown or '-'}", markup=False, soft_wrap=True)


@app.command("anchors")
def anchors_command(
    *,
    data: Data,
    network: Annotated[str, typer.Option(help="The region's name, for people.")],
    witness: Annotated[list[str] | None, typer.Option(help="A witness's key; repeat.")] = None,
    witnesses_needed: Annotated[int, typer.Option(min=0, help="How many of them must have cosigned.")] = 0,
    auditor: Annotated[list[str] | None, typer.Option(help="A replay auditor's key; repeat.")] = None,
    auditors_needed: Annotated[int, typer.Option(min=0, help="How many of them must have cosigned.")] = 0,
) -> None:
    """Print an anchor file for this log. Its reader compares every line by another way before he trusts it."""
    found, _, reader = opened(data)
    audited = found.read()
    assert audited is not None, "a log is published after auditor.json is written"
    if not reader.size:
        fail(f"{data}: the log is empty")
    made = Anchors(
        number=1,
        network=network,
        channel=leaf.parse(reader.entry(0)).channel,
        genesis=audited.genesis,
        origin=audited.origin,
        logs=(LogKey(found.log_key()),),
        witnesses=Quorum(witnesses_needed, tuple(keys.parse_vkey(one) for one in witness or ())),
        auditors=Quorum(auditors_needed, tuple(keys.parse_vkey(one) for one in auditor or ())),
    )
    typer.echo(made.file(), nl=False)
    messages.print(f"anchors SHA-256 {made.fingerprint().hex()}", markup=False, soft_wrap=True)


@app.command("snapshot")
def snapshot_command(data: Data, out: Annotated[Path, typer.Option(help="The snapshot's file.")]) -> None:
    """Write what the published checkpoint covers, for others to begin from; a follower may be running.

    It is worth something to others only with the cosignatures of auditors whom they trust.
    """
    copy = OwnCopy(AuditFolder(data))
    height = copy.snapshot(out)
    signers = ", ".join(one.name for one in copy.checkpoint.signatures)
    results.print(f"{height} blocks, {copy.reader.size} leaves, signed by {signers}", markup=False)


@app.command("compare")
def compare_command(
    one: Annotated[Path, typer.Argument(help="A checkpoint of a log.", exists=True)],
    other: Annotated[Path, typer.Argument(help="Another checkpoint of the same log.", exists=True)],
    anchors_file: Annotated[
        Path, typer.Option("--anchors", help="Your anchors: the log's keys.", exists=True)
    ],
    log: Annotated[
        Path | None, typer.Option(help="Files of the log that the larger checkpoint is of.", file_okay=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="Where evidence goes.")] = Path("fork.json"),
) -> None:
    """Compare two checkpoints of one log. Exit status 0: they agree; 3: a fork, and the evidence is written."""
    trusted = anchors.parse(anchors_file.read_bytes())
    evidence = compare_checkpoints(
        notes.parse(one.read_bytes()),
        notes.parse(other.read_bytes()),
        [each.key for each in trusted.logs],
        None if log is None else folder(log),
    )
    if evidence is None:
        results.print("the checkpoints agree")
        return
    out.write_bytes(evidence.encode())
    results.print(f"FORK: the log signed both; evidence: {out}", markup=False)
    raise typer.Exit(EXIT_FORK)
