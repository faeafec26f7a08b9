"""`tanhui demo`."""

import asyncio
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tanhui.chaincode.rules.errors.catalogue import sentence
from tanhui.cli.connected_registry import open_connected
from tanhui.cli.demo.clerk import today
from tanhui.cli.demo.month import generate
from tanhui.cli.demo.own_file import OwnFile, read_file
from tanhui.cli.demo.report import document, show
from tanhui.cli.demo.run import Outcome, Run
from tanhui.cli.demo.scenes import PEOPLE, SCENES
from tanhui.cli.logging import log_to_stderr
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, messages, print_json
from tanhui.cli.programmes.command import run_region
from tanhui.cli.programmes.data_set import Region
from tanhui.cli.recognition.command import run_recognition
from tanhui.cli.registry_process import open_registry
from tanhui.registry_api.problems import LedgerRefusal
from tanhui.registry_api.settings import ApiSettings

ACTIVITIES_HELP = (
    "Your own activities instead: a CSV with the header person,unit,scene,when,amount, or JSON lines with these "
    "members (.jsonl, .ndjson, .json). person and unit are any text, which never reaches the ledger; unit may be left "
    f"out; scene is one of {', '.join(f'{one.id} ({one.low}-{one.high} {one.unit})' for one in SCENES)}; when is "
    "RFC 3339 or seconds since 1970; amount is a whole number. A bad line costs one line: its reason is printed."
)
PEOPLE_MIN = 20
PEOPLE_MAX = 1_000_000
BAD_LINES_SHOWN = 1_000


Story = StrEnum("Story", {one.name: one.value for one in Region} | {"RECOGNITION": "recognition"})  # type: ignore[misc]
"""What there is to be shown besides the month: a region's programme, or two regions that recognise each other."""


def demo(
    programme: Annotated[
        Story | None,
        typer.Argument(
            help="A region's programme from its documents, or `recognition`: two regions that recognise each "
            "other. Without one, a month of a public programme."
        ),
    ] = None,
    *,
    people: Annotated[
        int, typer.Option("--people", min=PEOPLE_MIN, max=PEOPLE_MAX, help="How many people take part.")
    ] = PEOPLE,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Keep the ledger in this new folder.", file_okay=False),
    ] = None,
    activities: Annotated[
        Path | None,
        typer.Option(
            "--activities",
            help=ACTIVITIES_HELP,
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    connection: Annotated[
        Path | None,
        typer.Option(
            "--connection",
            help="Run on this network, which nobody has founded yet: its connection.json.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    fabric: Annotated[
        bool,
        typer.Option(
            "--fabric",
            help="With `recognition`: both regions on real Fabric networks, started here and stopped at the end.",
        ),
    ] = False,
    one_embedded: Annotated[
        bool,
        typer.Option(
            "--one-embedded", help="With --fabric: the first region on an embedded node all the same."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a realistic month on a new ledger, and check the supply of points and credits from the chain.

    With a region, run its programme (docs/programmes.md) and audit the ledger. Exit status 0: balanced, or
    clean; 1: not.
    """
    log_to_stderr()
    if programme is not None and (activities is not None or connection is not None or people != PEOPLE):
        fail("--people, --activities and --connection belong to the month, not to a region's programme")
    if fabric and (programme is None or programme.value != "recognition"):
        fail("--fabric belongs to `recognition`; the month runs on a network by --connection")
    if one_embedded and not fabric:
        fail("--one-embedded belongs to --fabric")
    if data is not None and data.exists() and any(data.iterdir()):
        fail(f"{data}: not empty; the demo starts a ledger of its own")
    if programme is not None and programme.value == "recognition":
        run_recognition(data, as_json=as_json, on_fabric=2 - one_embedded if fabric else 0)
        return
    if programme is not None:
        run_region(Region(programme.value), data, as_json=as_json)
        return
    with tempfile.TemporaryDirectory(prefix="tanhui-demo-") as temporary:
        try:
            own, outcome = asyncio.run(_run(data or Path(temporary), people, activities, connection))
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
            open_registry(data, ApiSettings())
            if connection is None
            else open_connected(connection, ApiSettings())
        )
        async with opened as registry:
            return own, await Run(registry, data, month, day, step=step).month()


def _report_lines(own: OwnFile, outcome: Outcome) -> None:
    for bad in own.bad[:BAD_LINES_SHOWN]:
        messages.print(f"line {bad.number}: {bad.reason}", markup=False, soft_wrap=True)
    for refused in outcome.refused[:BAD_LINES_SHOWN]:
        messages.print(
            f"line {refused.line}: refused, {refused.reason} ({refused.code})", markup=False, soft_wrap=True
        )
    messages.print(f"{own.lines} lines: {len(own.bad)} bad, {len(outcome.refused)} refused by the ledger")
