"""`tanhui demo recognition`: run, audit both ledgers, report."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tanhui.chaincode.rules.errors.catalogue import sentence
from tanhui.cli import audit_ledger
from tanhui.cli.demo.clerk import today
from tanhui.cli.fsck import ledgers_in
from tanhui.cli.output import EXIT_FAILED, fail, messages, print_json, print_table
from tanhui.cli.recognition.balance import Equation, Kind, equations
from tanhui.cli.recognition.region import PLACES, Region, open_region
from tanhui.cli.recognition.run import Run, Story
from tanhui.registry_api.problems import LedgerRefusal

PEOPLE = 20


def run_recognition(folder: Path | None, *, as_json: bool, people: int = PEOPLE) -> None:
    """Run, audit, report. Exit status 0: every equation holds on both chains, and both audits are clean."""
    with tempfile.TemporaryDirectory(prefix="tanhui-demo-") as temporary:
        data = folder or Path(temporary)
        try:
            story, found = asyncio.run(_run(data, people))
        except LedgerRefusal as refusal:
            text = sentence("en", refusal.code, refusal.field, refusal.value, refusal.params)
            fail(f"{refusal.code}: {text}")
        audits = {
            place.name: audit_ledger.document(*audit_ledger.audit(one))
            for place in PLACES[:2]
            for one in ledgers_in(data / place.name)
        }
    clean = bool(audits) and all(
        report["holds"] for audit in audits.values() for report in audit["invariants"].values()
    )
    balanced = bool(found) and all(equation.balanced for equation in found.values())
    balanced = balanced and all(one["agreed"] for one in story.statements)
    if as_json:
        print_json(document(story, found) | {"audit": audits, "clean": clean, "balanced": balanced})
    else:
        _show(story, found, audits)
    if not (clean and balanced):
        raise typer.Exit(EXIT_FAILED)


async def _run(data: Path, people: int) -> tuple[Story, dict[Kind, Equation]]:
    day = today()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    async with AsyncExitStack() as stack:
        regions = [await stack.enter_async_context(open_region(place, data, day)) for place in PLACES[:2]]
        with Progress(*columns, console=messages) as progress:
            run = Run(regions, data, people, _told(progress))
            story = await run.run()
        found: dict[Kind, Equation] = {}
        for agreement in (run.credits, run.points):
            for source, destination in ((regions[0], regions[1]), (regions[1], regions[0])):
                found |= await _equations(agreement, source, destination)
        return story, found


def _told(progress: Progress) -> Callable[[str], None]:
    task = progress.add_task("begin", total=None)
    return lambda step: progress.update(task, description=step)


async def _equations(agreement: str, source: Region, destination: Region) -> dict[Kind, Equation]:
    outgoing = await source.clerk.ask_all("recognition:Outgoing", agreement=agreement)
    incoming = await destination.clerk.ask_all("recognition:Incoming", agreement=agreement)
    return equations(agreement, source.place.name, outgoing, incoming)


def document(story: Story, found: dict[Kind, Equation]) -> dict[str, Any]:
    """Everything as JSON; quantities as decimal strings."""
    names = ("locked", "burned", "unlocked", "minted", "in_flight")
    return {
        "demo": "recognition",
        "steps": [{"step": step, "what": what} for step, what in story.steps],
        "carried": story.carried,
        "statements": story.statements,
        "statements_checked_offline": story.checked,
        "equations": [
            {**kind._asdict(), "balanced": equation.balanced}
            | {name: str(getattr(equation, name)) for name in names}
            for kind, equation in sorted(found.items())
        ],
        "totals": {name: str(sum(getattr(equation, name) for equation in found.values())) for name in names},
    }


def _show(story: Story, found: dict[Kind, Equation], audits: dict[str, Any]) -> None:
    print_table("what happened", ("step", "what"), story.steps)
    rows = [
        (
            *kind,
            f"{one.locked:,}",
            f"{one.burned:,}",
            f"{one.unlocked:,}",
            f"{one.minted:,}",
            f"{one.in_flight:,}",
            "balanced" if one.balanced else "NOT BALANCED",
        )
        for kind, one in sorted(found.items())
    ]
    columns = (
        "agreement",
        "from",
        "methodology",
        "vintage",
        "locked",
        "burned",
        "unlocked",
        "minted",
        "in flight",
        "",
    )
    print_table("locked + burned = minted + in flight, in source units", columns, rows)
    invariants = [
        (region, name, "holds" if report["holds"] else "BROKEN")
        for region, audit in audits.items()
        for name, report in audit["invariants"].items()
    ]
    print_table("audit of both ledgers", ("region", "invariant", ""), invariants)
