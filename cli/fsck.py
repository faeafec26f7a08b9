"""`tanhui fsck`: is the ledger on disk what its blocks say?"""

from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, print_json, print_table, results
from tanhui.node.ledger.fsck import fsck


def ledgers_in(data: Path) -> list[Path]:
    """The ledgers of a registry's folder, one a channel."""
    return sorted(path for path in (data / "ledger").glob("*") if (path / "blocks").is_dir())


def require_registry(data: Path) -> None:
    """End the command with exit status 1 when no registry was ever started in `data`."""
    if not ledgers_in(data):
        fail(f"{data}: no ledger here")


def fsck_command(
    data: Annotated[Path, typer.Option("--data", help="The registry's folder; it must not be running.")],
    as_json: AsJson = False,
) -> None:
    """Check every block, the state and the indexes, and name each inconsistency.

    Exit status 0: consistent; 1: not, or there is no ledger.
    """
    require_registry(data)
    folders = ledgers_in(data)
    reports = {folder.name: fsck(folder) for folder in folders}
    if as_json:
        print_json(
            {
                "consistent": all(report.is_clean for report in reports.values()),
                "ledgers": {
                    name: {
                        "height": report.height,
                        "entries": report.entries,
                        "inconsistencies": [
                            {"name": found.name, "where": found.place, "detail": found.detail}
                            for found in report.inconsistencies
                        ],
                    }
                    for name, report in reports.items()
                },
            }
        )
    else:
        for name, report in reports.items():
            results.print(f"{name}: {report.height} blocks, {report.entries} entries")
            if report.inconsistencies:
                rows = [(found.name, found.place, found.detail) for found in report.inconsistencies]
                print_table("inconsistent", ("what", "where", "detail"), rows)
            else:
                results.print("consistent")
    if not all(report.is_clean for report in reports.values()):
        raise typer.Exit(EXIT_FAILED)
