"""`tanhui rebuild`: make the read model again from block 0, and say whether it is the one that was there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.fsck import require_registry
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, messages, print_json, results
from tanhui.cli.put_back import lost_batches
from tanhui.cli.registry_process import open_api_service, open_read_store, open_registry
from tanhui.registry_api.intake.queue import LostBatch
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import Position, ReadStore, fingerprint
from tanhui.registry_api.webhooks.store import WebhookStore


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Where the model stands now, and whether it equalled the old one when it had come as far as that.

    `lost`: batches of acknowledged lines whose blocks the ledger does not have; `told_again`: webhooks that had been
    told of more than the ledger has; `compared_to`: the block up to which the old model had come, -1 for none.
    """

    position: Position
    equal: bool
    lost: Sequence[LostBatch] = ()
    told_again: int = 0
    compared_to: int = -1


def rebuild_command(
    data: Annotated[Path, typer.Option("--data", help="The registry's folder; it must not be running.")],
    as_json: AsJson = False,
) -> None:
    """Throw the read model away and make it again from the ledger.

    Where an older ledger was put back, acknowledged lines whose blocks are gone are named: their receipts say
    refused from now on, and whoever sent them sends them again under another key. Webhooks go on from where the
    ledger ends. Exit status 1 without a registry there, when the model that was there had been another, or when
    lines are lost.
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
                "lost": [
                    {"request": one.request_id, "lines": one.lines, "block": str(one.block)}
                    for one in rebuilt.lost
                ],
                "webhooks_told_again": rebuilt.told_again,
            }
        )
    else:
        results.print(
            f"{position.effects} effects of {position.transactions} transactions up to block {position.block}"
        )
        if rebuilt.equal and rebuilt.compared_to >= 0:
            results.print(f"the model that was there, up to block {rebuilt.compared_to}, was the same")
    for one in rebuilt.lost:
        messages.print(
            f"lost: {one.lines} lines of {one.request_id}, acknowledged in block {one.block}",
            style="red",
            markup=False,
        )
    if rebuilt.told_again:
        messages.print(
            f"{rebuilt.told_again} webhooks had been told of more than the ledger has", style="red"
        )
    if not rebuilt.equal:
        messages.print("the model that was there was another; it is mended now", style="red")
    if rebuilt.lost or not rebuilt.equal:
        raise typer.Exit(EXIT_FAILED)


async def _rebuild(data: Path) -> Rebuilt:
    settings = settings_from_environment()
    folder = data / "api"
    store = open_read_store(folder, settings)
    service = open_api_service(folder, settings)
    try:
        async with open_registry(data, settings) as registry:
            height = await registry.ledger.height()
            rebuilt = await rebuild(store, Projector(store, registry.ledger), height)
        return replace(
            rebuilt,
            lost=lost_batches(folder, height, give_up=True),
            told_again=WebhookStore(service).rewind(rebuilt.position.transactions),
        )
    finally:
        store.close()
        service.dispose()


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

        await projector.catch_up(min(old.block + 1, height), show)
        equal = before == await asyncio.to_thread(fingerprint, store.engine)
        await projector.catch_up(height, show)
    return Rebuilt(await asyncio.to_thread(store.position), equal, compared_to=min(old.block, height - 1))
