"""`tanhui hub`: the statements of several regions put together and netted among all of them, offline."""

from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.options import AsJson
from tanhui.cli.output import fail, messages, print_json, print_table
from tanhui.proofs import anchors, canonical
from tanhui.proofs.errors import ProofError
from tanhui.proofs.statements.document import Checked, check
from tanhui.proofs.statements.hub import Hub, gather


def hub(
    statements: Annotated[
        list[Path], typer.Argument(help="Files of one period, as `tanhui reconcile --out` wrote them.")
    ],
    anchor_files: Annotated[
        list[Path], typer.Option("--anchors", help="Your own anchors of each region; give it for every one.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the hub here: what the portal's page shows.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every statement by your own anchors, and net the kilograms among all regions.

    Exit status 0: all of them hold; 1: one does not, and which.
    """
    try:
        trusted = [anchors.parse(path.read_bytes()) for path in anchor_files]
        checked = [_checked(path, trusted) for path in statements]
        made = gather(checked, {one.genesis: one.network for one in trusted})
    except (ProofError, OSError) as error:
        fail(str(error))
    if out is not None:
        out.write_bytes(made.encode())
    if as_json:
        print_json(canonical.parse(made.encode(), canonical.DOCUMENT_BYTES_MAX))
    else:
        _show(made)


def _checked(path: Path, trusted: list[anchors.Anchors]) -> Checked:
    with path.open("rb") as file:
        try:
            return check(file, trusted)
        except ProofError as error:
            raise type(error)(error.reason, f"{path}: {error.detail}") from error


def _show(made: Hub) -> None:
    print_table(
        f"{made.period}: what crossed",
        ("agreement", "of", "from", "to", "out", "minted", "aborted", "closing", "co-signed"),
        [
            (
                one.agreement,
                one.lane or "-",
                one.source,
                one.destination,
                f"{one.flow.out:,}",
                f"{one.flow.minted:,}",
                f"{one.flow.aborted:,}",
                f"{one.flow.closing:,}",
                "yes" if one.cosigned else "no",
            )
            for one in made.ways
        ],
    )
    print_table(
        "positions, kg", ("region", "owed"), [(name, f"{kg:,}") for name, kg in made.positions.items()]
    )
    for one in made.payments:
        messages.print(f"{one.debtor} pays {one.creditor} {one.amount:,} kg", markup=False)
