"""A month of a public programme on a new ledger: run, reported, and balanced from the chain."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tanhui.chaincode.rules.errors.catalogue import sentence
from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.connected_registry import open_connected
from tanhui.cli.demo.clerk import (
    APPROVER,
    ORGANISER,
    OWNER,
    RECORDER,
    REGISTRAR,
    SECOND_RECORDER,
    VERIFIER,
    host_of,
    hosted,
    today,
)
from tanhui.cli.demo.month import generate
from tanhui.cli.demo.own_file import OwnFile, read_file
from tanhui.cli.demo.report import document, show
from tanhui.cli.demo.run import Outcome, Run
from tanhui.cli.output import EXIT_FAILED, EXIT_USAGE, fail, messages, print_json
from tanhui.cli.registry_process import Registry, open_registry
from tanhui.registry_api.problems import LedgerRefusal

BAD_LINES_SHOWN = 1_000
PEOPLE: Final = (REGISTRAR, APPROVER, RECORDER, SECOND_RECORDER, VERIFIER, OWNER, ORGANISER)
"""Who sends the month's orders, as `organisation-user`."""


def run_month(
    folder: Path | None, people: int, activities: Path | None, connection: Path | None, *, as_json: bool
) -> None:
    """Run, report, balance. Exit status 0: what moved is what the ledger holds.

    Args:
        folder: keeps the ledger; without one it is gone afterwards.
        people: how many take part.
        activities: a file of one's own instead of theirs.
        connection: a network that nobody has founded yet, instead of a ledger in this process.
        as_json: one object instead of tables.
    """
    with tempfile.TemporaryDirectory(prefix="tanhui-demo-") as temporary:
        try:
            own, outcome = asyncio.run(_run(folder or Path(temporary), people, activities, connection))
        except LedgerRefusal as refusal:
            text = sentence("en", refusal.code, refusal.field, refusal.value, refusal.params)
            fail(f"{refusal.code}: {text}")
    if own is not None:
        _report_lines(own, outcome)
    if as_json:
        print_json(document(outcome, own))
    else:
        show(outcome, own)
    if not outcome.balanced:
        raise typer.Exit(EXIT_FAILED)


async def _run(
    data: Path, people: int, activities: Path | None, connection: Path | None
) -> tuple[OwnFile | None, Outcome]:
    own = None if activities is None else await read_file(activities)
    if own is not None and not own.month.people:
        for bad in own.bad[:BAD_LINES_SHOWN]:
            messages.print(f"line {bad.number}: {bad.reason}", markup=False)
        fail(f"{activities}: no good line")
    day = today()
    month = generate(people, day) if own is None else own.month
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=messages) as progress:

        def step(name: str, count: int) -> Callable[[], None]:
            task = progress.add_task(name, total=count or None)
            return lambda: progress.advance(task)

        opened = (
            open_registry(data, settings_from_environment())
            if connection is None
            else open_connected(connection, settings_from_environment())
        )
        async with opened as registry:
            _require_people(registry, connection)
            return own, await Run(registry, data, month, day, step=step).month()


def _require_people(registry: Registry, connection: Path | None) -> None:
    """Everybody whom the month needs is there, before anything is written; else the command ends with 2."""
    host = host_of(registry.identities)
    missing = [name for one in PEOPLE if (name := hosted(one, host)) not in registry.identities]
    if missing:
        known = ", ".join(sorted(registry.identities))
        fail(
            f"{connection}: the demo needs users that this network's topology does not have (organisation-user): "
            f"{', '.join(missing)}; there are: {known}. Nothing was written",
            EXIT_USAGE,
        )


def _report_lines(own: OwnFile, outcome: Outcome) -> None:
    for bad in own.bad[:BAD_LINES_SHOWN]:
        messages.print(f"line {bad.number}: {bad.reason}", markup=False, soft_wrap=True)
    for refused in outcome.refused[:BAD_LINES_SHOWN]:
        messages.print(
            f"line {refused.line}: refused, {refused.reason} ({refused.code})", markup=False, soft_wrap=True
        )
    messages.print(f"{own.lines} lines: {len(own.bad)} bad, {len(outcome.refused)} refused by the ledger")
