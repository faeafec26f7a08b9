"""`tanhui check-statement`: a third party's own judgement of a statement, offline."""

from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.options import AsJson
from tanhui.cli.output import fail, messages, print_json
from tanhui.proofs import anchors
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.errors import ProofError
from tanhui.proofs.statements.document import check


def check_statement(
    statement: Annotated[Path, typer.Argument(help="The file, as `tanhui reconcile --out` wrote it.")],
    anchor_files: Annotated[
        list[Path], typer.Option("--anchors", help="Your own anchors of a region; give it twice.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check every line, sum and signature of a statement, with no server and by your own anchors.

    Exit status 0: it holds; 1: it does not, and why.
    """
    trusted = [_anchors(path) for path in anchor_files]
    try:
        with statement.open("rb") as file:
            found = check(file, trusted)
    except (ProofError, OSError) as error:
        fail(f"{statement}: {_why(error)}")
    header = found.header
    if as_json:
        print_json(
            {
                "agreement": header.agreement,
                "period": header.period,
                "source": header.source.hex(),
                "destination": header.destination.hex(),
                "root": header.root.hash.hex(),
                **header.root.flow._asdict(),
                "cosigned": found.cosigned,
                "by_ruling": found.by_ruling,
            }
        )
        return
    flow = header.root.flow
    messages.print(
        f"{header.agreement} {header.period}: {flow.lines} lines hold: opening {flow.opening:,}, out {flow.out:,}, "
        f"minted {flow.minted:,}, aborted {flow.aborted:,}, closing {flow.closing:,}"
    )
    messages.print("co-signed by both regulators" if found.cosigned else "not co-signed by both regulators")
    if found.by_ruling:
        messages.print(
            f"{found.by_ruling} lines were settled by an arbiter; their time is the regulators' word"
        )


def _anchors(path: Path) -> Anchors:
    try:
        return anchors.parse(path.read_bytes())
    except (ProofError, OSError) as error:
        fail(f"{path}: no anchors file: {_why(error)}")


def _why(error: ProofError | OSError) -> str:
    """What is wrong, without the file, which the message begins with."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
