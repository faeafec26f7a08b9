"""`tanhui demo REGION`: a region's data set on a new ledger, its reports, and the ledger's audit."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import typer

from tanhui.cli import audit_ledger
from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.demo.clerk import today
from tanhui.cli.fsck import ledgers_in
from tanhui.cli.output import EXIT_FAILED, fail, print_json, print_table
from tanhui.cli.programmes.data_set import DataSet, Region, load
from tanhui.cli.programmes.members import topology_for
from tanhui.cli.programmes.run import Outcome, Programme, ProgrammeError
from tanhui.cli.registry_process import open_registry


def run_region(region: Region, folder: Path | None, *, as_json: bool) -> None:
    """Run, report, audit. Exit status 0: every step came out as the data says, and the audit is clean."""
    data = load(region)
    with tempfile.TemporaryDirectory(prefix="tanhui-demo-") as temporary:
        ledger = folder or Path(temporary)
        try:
            outcome = asyncio.run(_run(data, ledger))
        except ProgrammeError as error:
            fail(f"{region}: {error}")
        audits = {one.name: audit_ledger.document(*audit_ledger.audit(one)) for one in ledgers_in(ledger)}
    clean = bool(audits) and all(
        report["holds"] for ledger_audit in audits.values() for report in ledger_audit["invariants"].values()
    )
    if as_json:
        print_json(document(region, data, outcome) | {"audit": audits, "clean": clean})
    else:
        _show(data, outcome, audits)
    if not clean:
        raise typer.Exit(EXIT_FAILED)


async def _run(data: DataSet, folder: Path) -> Outcome:
    async with open_registry(folder, settings_from_environment(), topology_for(data)) as registry:
        return await Programme(registry.ledger, folder, data, today()).run()


def document(region: Region, data: DataSet, outcome: Outcome) -> dict[str, Any]:
    """Everything as JSON: figures with their places, reports as the contract answered them."""
    return {
        "programme": region.value,
        "title": data.title,
        "figures": {
            name: {
                "value": str(one.value),
                "unit": one.unit,
                "document": data.documents[one.document],
                "section": one.section,
            }
            for name, one in data.figures.items()
        },
        "transactions": outcome.transactions,
        "refused_as_expected": outcome.refusals,
        "answers_as_expected": outcome.expectations,
        "reports": outcome.reports,
    }


def is_board(answer: Any) -> bool:
    """Whether an answer is a leaderboard (rankings:Board)."""
    return isinstance(answer, dict) and set(answer) == {"records", "rows"}


def _show(data: DataSet, outcome: Outcome, audits: dict[str, Any]) -> None:
    figures = [
        (name, f"{one.value:,} {one.unit}", data.documents[one.document], one.section)
        for name, one in data.figures.items()
    ]
    print_table(data.title, ("figure", "value", "document", "section"), figures)
    boards = {name: answer["rows"] for name, answer in outcome.reports.items() if is_board(answer)}
    reports = [
        (name, json.dumps(answer, ensure_ascii=False))
        for name, answer in outcome.reports.items()
        if name not in boards
    ]
    print_table(f"reports after {outcome.transactions} transactions", ("report", "answer"), reports)
    for name, rows in boards.items():
        lines = [(row["rank"], row["id"], row["points"], row["grams"]) for row in rows]
        print_table(name, ("rank", "account or district", "points", "g"), lines)
    invariants = [
        (ledger, name, "holds" if report["holds"] else "BROKEN")
        for ledger, found in audits.items()
        for name, report in found["invariants"].items()
    ]
    print_table("audit", ("ledger", "invariant", ""), invariants)
