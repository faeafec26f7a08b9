"""`tanhui audit bundle` and `certificate`: proofs from one's own copy, beside a running follower, without the API."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tanhui.cli.output import fail
from tanhui.node.follower.folder import AuditFolder
from tanhui.node.follower.own_copy import OwnCopy
from tanhui.proofs import canonical, keys, making, records
from tanhui.proofs.bundles import OPENINGS_MAX, NamedOpening
from tanhui.proofs.keys import KeyType, NoteSigner

CERTIFICATE_BYTES_MAX = 1 << 20
OPENINGS_BYTES_MAX = 64 << 10

Txid = Annotated[str, typer.Argument(help="The transaction's id.")]
Data = Annotated[Path, typer.Option("--data", help="The auditor's folder.", file_okay=False)]
Out = Annotated[Path | None, typer.Option(help="Write here instead of stdout.")]


def bundle_command(
    *,
    txid: Txid,
    data: Data,
    effect: Annotated[int | None, typer.Option(min=0, help="About which of its effects, from 0.")] = None,
    record: Annotated[
        int | None, typer.Option(min=0, help="Open this one record of the effect's batch, from 0.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="The registry's certificate, for a retirement bundle.", exists=True)
    ] = None,
    openings: Annotated[
        Path | None,
        typer.Option(help='What opens persons: [{"field","salt","value"}], see docs/proofs.md.', exists=True),
    ] = None,
    out: Out = None,
) -> None:
    """Make a bundle about a transaction from the auditor's own copy; a follower may be running.

    With --record it shows that this one activity stands in its batch, and nothing of the other records.
    """
    if effect is None and (record, certificate, openings) != (None, None, None):
        fail("--record, --certificate and --openings are about one effect: name it by --effect")
    made = OwnCopy(AuditFolder(data)).bundle(
        txid,
        effect=effect,
        record=record,
        certificate=None if certificate is None else _certificate(certificate),
        openings=() if openings is None else parse_openings(openings.read_bytes()),
    )
    _write(made, out)


def certificate_command(
    txid: Txid,
    data: Data,
    effect: Annotated[int, typer.Option(min=0, help="The retirement among its effects, from 0.")],
    key: Annotated[Path, typer.Option(help="The registry's issuer key, a note's private key.", exists=True)],
    out: Out = None,
) -> None:
    """Issue a retirement's certificate: derived from the ledger, signed by the registry's key, always the same."""
    found = OwnCopy(AuditFolder(data)).find(txid)
    issued = making.issue_certificate(found, effect, issuer_of(key).signer)
    _write(canonical.jcs(issued), out)


def issuer_of(path: Path) -> NoteSigner:
    """The registry's issuer key in a file. Raises FormatError, OSError."""
    signer = keys.parse_secret(path.read_text("utf-8").strip())
    if signer.key.key_type is not KeyType.ED25519:
        fail(f"{path}: certificates are signed by a key of type 01")
    return signer


def parse_openings(data: bytes) -> list[NamedOpening]:
    """The openings in a file that a person wrote. Raises FormatError."""
    listed = canonical.list_of(canonical.parse_loose(data, OPENINGS_BYTES_MAX), "openings", OPENINGS_MAX)
    made = []
    for one in listed:
        found = canonical.members(one, ("field", "salt", "value"), of="opening")
        opening = records.opening_from_json({"salt": found["salt"], "value": found["value"]})
        made.append(NamedOpening(canonical.text_of(found["field"], "field", 100), opening))
    return made


def _certificate(path: Path) -> dict[str, Any]:
    found = canonical.parse_loose(path.read_bytes(), CERTIFICATE_BYTES_MAX)
    if not isinstance(found, dict):
        fail(f"{path}: no certificate")
    return found


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        typer.echo(data, nl=False)
    else:
        out.write_bytes(data)
