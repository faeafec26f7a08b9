"""`tanhui audit ledger`: do the invariants hold over the whole ledger?"""

from pathlib import Path
from typing import Annotated, Any

import typer

from tanhui.chaincode.audit.audit import Audit
from tanhui.chaincode.audit.check import Report
from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.fsck import ledgers_in
from tanhui.cli.ledger_reading import LedgerState, transactions_of
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, print_json, print_table
from tanhui.node.ledger import Ledger


def audit_ledger(
    data: Annotated[
        Path,
        typer.Option("--data", help="A registry's folder, or a follower's copy; it must not be in use."),
    ],
    as_json: AsJson = False,
) -> None:
    """Read every block and the whole state, and prove each invariant (docs/invariants.md).

    Exit status 0: all hold; 1: one does not, or there is no ledger.
    """
    copies = [one for one in (data / "ledger", data) if (one / "blocks").is_dir()]
    folders = ledgers_in(data) or copies
    if not folders:
        fail(f"{data}: no ledger here")
    reports = {folder.name: audit(folder) for folder in folders}
    clean = all(not report.broken for _, _, found in reports.values() for report in found)
    if as_json:
        ledgers = {name: document(*found) for name, found in reports.items()}
        print_json({"clean": clean, "ledgers": ledgers})
    else:
        for name, (height, transactions, found) in reports.items():
            _show(f"{name}: {height} blocks, {transactions} transactions", found)
    if not clean:
        raise typer.Exit(EXIT_FAILED)


def audit(folder: Path) -> tuple[int, int, list[Report]]:
    """Height, transactions of the registry, and every invariant's report of one closed ledger.

    Raises:
        LedgerError: it is open elsewhere, or damaged.
    """
    with Ledger.open(folder) as ledger:
        reading = Audit()
        reading.follow(transactions_of(ledger, CHAINCODE_NAME))
        return ledger.height, reading.transactions, reading.judge(LedgerState(ledger, CHAINCODE_NAME))


def document(height: int, transactions: int, reports: list[Report]) -> dict[str, Any]:
    """One ledger's reports as JSON; figures are decimal strings, as amounts are everywhere."""
    return {
        "height": height,
        "transactions": transactions,
        "invariants": {
            report.name: {
                "holds": not report.broken,
                "figures": {name: str(figure) for name, figure in report.figures.items()},
                "broken": report.broken,
                "findings": [{"where": one.where, "detail": one.detail} for one in report.findings],
            }
            for report in reports
        },
    }


def _show(title: str, reports: list[Report]) -> None:
    rows = [
        (
            report.name,
            "holds" if not report.broken else f"BROKEN {report.broken} times",
            ", ".join(f"{name} {figure:,}" for name, figure in report.figures.items()),
        )
        for report in reports
    ]
    print_table(title, ("invariant", "", "figures"), rows)
    found = [(report.name, one.where, one.detail) for report in reports for one in report.findings]
    if found:
        print_table("where they do not hold", ("invariant", "where", "detail"), found)
