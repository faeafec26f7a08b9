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
from tanhui.cli.recognition.embedded import open_region
from tanhui.cli.recognition.fabric import open_fabric_region
from tanhui.cli.recognition.pair import Pair
from tanhui.cli.recognition.places import PLACES, Place
from tanhui.cli.recognition.region import Region
from tanhui.cli.recognition.run import run
from tanhui.cli.recognition.story import Story
from tanhui.network.processes.programs import Programs, find_programs
from tanhui.registry_api.problems import LedgerRefusal

PEOPLE = 20
REGIONS = PLACES[:2]


def run_recognition(folder: Path | None, *, as_json: bool, on_fabric: int = 0, people: int = PEOPLE) -> None:
    """Run, audit, report. Exit status 0: every equation holds on both chains, and both audits are clean.

    The last `on_fabric` of the two regions run on real networks, the others on embedded nodes.
    """
    programs = find_programs() if on_fabric else None
    with tempfile.TemporaryDirectory(prefix="tanhui-demo-") as temporary:
        data = folder or Path(temporary)
        try:
            story, found = asyncio.run(_run(data, people, programs, on_fabric))
        except LedgerRefusal as refusal:
            text = sentence("en", refusal.code, refusal.field, refusal.value, refusal.params)
            fail(f"{refusal.code}: {text}")
        audits = {
            place.name: audit_ledger.document(*audit_ledger.audit(one))
            for place in REGIONS
            for one in _ledgers_of(place, data)
        }
    clean = len(audits) == len(REGIONS) and all(
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


def _ledgers_of(place: Place, data: Path) -> list[Path]:
    """An embedded node's own ledger; of a real network the copy that its auditor replayed."""
    return ledgers_in(data / place.name) or [data / f"{place.name}-auditor" / "ledger"]


async def _run(
    data: Path, people: int, programs: Programs | None, on_fabric: int
) -> tuple[Story, dict[Kind, Equation]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    async with AsyncExitStack() as stack:
        regions = await _opened(stack, data, programs, on_fabric)
        pair = Pair(regions, data, people)
        stack.callback(pair.close)
        pair.story.runs_on = {one.place.name: one.reach.runs_on for one in regions}
        with Progress(*columns, console=messages) as progress:
            story = await run(pair, _told(progress))
        found: dict[Kind, Equation] = {}
        for agreement in (pair.credits, pair.points):
            for source, destination in ((pair.first, pair.second), (pair.second, pair.first)):
                found |= await _equations(agreement, source, destination)
        return story, found


async def _opened(
    stack: AsyncExitStack, data: Path, programs: Programs | None, on_fabric: int
) -> list[Region]:
    """The regions, the last `on_fabric` of them on networks of `programs`."""
    day = today()
    opened: list[Region] = []
    for number, place in enumerate(REGIONS):
        if programs is not None and number >= len(REGIONS) - on_fabric:
            messages.print(f"{place.name}: starting Fabric {programs.version}")
            region = await stack.enter_async_context(open_fabric_region(place, data, day, programs))
        else:
            region = await stack.enter_async_context(open_region(place, data, day))
        opened.append(region)
    return opened


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
        "runs_on": story.runs_on,
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
    print_table("regions", ("region", "runs on"), list(story.runs_on.items()))
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
