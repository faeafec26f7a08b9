"""`tanhui verify`: does a bundle show what it claims, by the reader's own anchors? Works offline."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tanhui.cli.options import AsJson
from tanhui.cli.output import fail, print_json, results
from tanhui.proofs import anchors
from tanhui.proofs.errors import ProofError
from tanhui.proofs.verdicts import Insufficient, Invalid, ValidAsOf, Verdict
from tanhui.proofs.verify import verify

EXIT_INVALID = 1
EXIT_INSUFFICIENT = 2
BUNDLE_BYTES_MAX = 16 << 20


def verify_command(
    bundle: Annotated[Path, typer.Argument(help="The bundle; - reads standard input.", allow_dash=True)],
    anchors_file: Annotated[
        Path,
        typer.Option("--anchors", help="Whom you trust: your own file, never one that came with the bundle."),
    ],
    expect: Annotated[
        str | None, typer.Option("--expect", help="Kind of effect, for example retirements.retired.")
    ] = None,
    at: Annotated[
        int | None, typer.Option("--at", help="Judge times as of this POSIX second; default: now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify an inclusion, retirement or transfer bundle.

    Exit status 0: valid as of the shown checkpoint; 1: invalid, with the reason; 2: insufficient, with what is
    missing. A later recall cannot be seen in a bundle: that takes a fresh query.
    """
    try:
        trusted = anchors.parse(anchors_file.read_bytes())
    except (OSError, ProofError) as error:
        fail(f"{anchors_file}: {error}")
    data = sys.stdin.buffer.read(BUNDLE_BYTES_MAX + 1) if str(bundle) == "-" else bundle.read_bytes()
    verdict = verify(data, trusted, now=int(time.time()) if at is None else at, expect=expect)
    if as_json:
        print_json(verdict_document(verdict))
    else:
        _show(verdict)
    raise typer.Exit(exit_status(verdict))


def exit_status(verdict: Verdict) -> int:
    """0, 1 or 2."""
    if isinstance(verdict, Invalid):
        return EXIT_INVALID
    return EXIT_INSUFFICIENT if isinstance(verdict, Insufficient) else 0


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """The verdict as one JSON object."""
    if isinstance(verdict, Invalid):
        return {"outcome": "invalid", "reason": verdict.reason, "detail": verdict.detail}
    if isinstance(verdict, Insufficient):
        return {"outcome": "insufficient", "missing": list(verdict.missing)}
    return {
        "outcome": "valid",
        "as_of_size": str(verdict.size),
        "as_of_time": verdict.time,
        "transaction": verdict.leaf.txid,
        "block": str(verdict.leaf.block),
        "effects": list(verdict.effects),
        "effect": verdict.effect,
        "opened": dict(verdict.opened),
        "issuer": verdict.issuer,
    }


def _show(verdict: Verdict) -> None:
    if isinstance(verdict, Invalid):
        results.print(f"INVALID: {verdict.reason}\n{verdict.detail}", markup=False)
    elif isinstance(verdict, Insufficient):
        results.print(f"INSUFFICIENT, missing: {', '.join(verdict.missing)}", markup=False)
    else:
        _show_valid(verdict)


def _show_valid(verdict: ValidAsOf) -> None:
    when = "-" if verdict.time is None else datetime.fromtimestamp(verdict.time, UTC).isoformat()
    results.print(f"VALID as of log size {verdict.size}, seen {when}", markup=False)
    results.print(f"transaction {verdict.leaf.txid} in block {verdict.leaf.block}", markup=False)
    for effect in verdict.effects:
        results.print(effect)
    for path, value in verdict.opened.items():
        results.print(f"opened {path}: {value}", markup=False)
