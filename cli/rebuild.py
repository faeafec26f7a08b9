"""`tanhui rebuild`: make the read model again from block 0, and say whether it is the one that was there."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tanhui.cli.fsck import require_registry
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, messages, print_json, results
from tanhui.cli.registry_process import open_read_store, open_registry
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import Position, ReadStore, fingerprint
from tanhui.registry_api.settings import ApiSettings


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Where the model stands now, and whether it equalled the old one when it had come as far as that."""

    position: Position
    equal: bool


def rebuild_command(
    data: Annotated[Path, typer.Option("--data", help="The registry's folder; it must not be running.")],
    as_json: AsJson = False,
) -> None:
    """Throw the read model away and make it again from the ledger.

    Exit status 1 without a registry there, or when the model that was there had been another.
    """
    require_registry(data)
    rebuilt = asyncio.run(_rebuild(data))
    position = rebuilt.position
    if as_json:
        print_json(
            {
                "block": str(position.block),
                "transactions": str(position.transactions),
                "effects": str(position.effects),
                "equal_to_the_old_one": rebuilt.equal,
            }
        )
    else:
        results.print(
            f"{position.effects} effects of {position.transactions} transactions up to block {position.block}"
        )
    if not rebuilt.equal:
        messages.print("the model that was there was another; it is mended now", style="red")
        raise typer.Exit(EXIT_FAILED)


async def _rebuild(data: Path) -> Rebuilt:
    settings = ApiSettings()
    store = open_read_store(data / "api", settings)
    try:
        async with open_registry(data, settings) as registry:
            return await rebuild(store, Projector(store, registry.ledger), await registry.ledger.height())
    finally:
        store.close()


async def rebuild(store: ReadStore, projector: Projector, height: int) -> Rebuilt:
    """Empty `store` and fill it with every block below `height`; compared where the old model had ended."""
    columns = (TextColumn("blocks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    old = await asyncio.to_thread(store.position)
    before = await asyncio.to_thread(fingerprint, store.engine)
    await asyncio.to_thread(store.reset)
    with Progress(*columns, console=messages) as progress:
        task = progress.add_task("blocks", total=height)

        def show(block: int) -> None:
            progress.update(task, completed=block + 1)

        await projector.catch_up(old.block + 1, show)
        equal = before == await asyncio.to_thread(fingerprint, store.engine)
        await projector.catch_up(height, show)
    return Rebuilt(await asyncio.to_thread(store.position), equal)
