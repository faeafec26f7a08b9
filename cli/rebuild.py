"""`tanhui rebuild`: make the read model again from block 0."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tanhui.cli.fsck import require_registry
from tanhui.cli.options import AsJson
from tanhui.cli.output import messages, print_json, results
from tanhui.cli.registry_process import READ_MODEL, open_registry
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import Position, ReadStore, open_engine
from tanhui.registry_api.settings import ApiSettings


def rebuild_command(
    data: Annotated[Path, typer.Option("--data", help="The registry's folder; it must not be running.")],
    as_json: AsJson = False,
) -> None:
    """Throw the read model away and make it again from the ledger. Exit status 1 without a registry there."""
    require_registry(data)
    position = asyncio.run(_rebuild(data))
    if as_json:
        print_json({"block": str(position.block), "effects": str(position.effects)})
    else:
        results.print(f"{position.effects} effects up to block {position.block}")


async def _rebuild(data: Path) -> Position:
    columns = (TextColumn("blocks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    store = ReadStore(open_engine(f"sqlite:///{data / 'api' / READ_MODEL}"))
    try:
        async with open_registry(data, ApiSettings()) as registry:
            store.reset()
            height = await registry.ledger.height()
            with Progress(*columns, console=messages) as progress:
                task = progress.add_task("blocks", total=height)
                await Projector(store, registry.ledger).catch_up(
                    height, lambda block: progress.update(task, completed=block + 1)
                )
        return store.position()
    finally:
        store.close()
