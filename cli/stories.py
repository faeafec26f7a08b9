"""`tanhui demo`: a month, a region's programme, or two regions that recognise each other."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.demo.command import run_month
from tanhui.cli.demo.scenes import PEOPLE, SCENES
from tanhui.cli.logging import log_to_stderr
from tanhui.cli.options import AsJson
from tanhui.cli.output import fail
from tanhui.cli.programmes.command import run_region
from tanhui.cli.programmes.data_set import Region
from tanhui.cli.recognition.command import run_recognition

ACTIVITIES_HELP = (
    "Your own activities instead: a CSV with the header person,unit,scene,when,amount, or JSON lines with these "
    "members (.jsonl, .ndjson, .json). person and unit are any text, which never reaches the ledger; unit may be left "
    f"out; scene is one of {', '.join(f'{one.id} ({one.low}-{one.high} {one.unit})' for one in SCENES)}; when is "
    "RFC 3339 or seconds since 1970; amount is a whole number. A bad line costs one line: its reason is printed."
)
PEOPLE_MIN = 20
PEOPLE_MAX = 1_000_000


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
    run_month(data, people, activities, connection, as_json=as_json)
