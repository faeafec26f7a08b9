"""The small sample that a first start loads, so that there is something to look at.

The demo's own steps with a few people: organisations with roles, methodologies, a programme, accounts with
points, a project with issued credits, and a retirement.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tanhui.cli.demo.clerk import Clerk, in_flight, today
from tanhui.cli.demo.month import generate
from tanhui.cli.demo.run import Run
from tanhui.cli.registry_process import Registry

PEOPLE: Final = 20


async def load_sample(registry: Registry, data: Path) -> bool:
    """Load the sample into a registry that nobody has founded; answers whether it did.

    A start that was killed halfway leaves a founded registry without the rest; `tanhui up` on a new folder
    begins again.
    """
    if await Clerk(registry.ledger, "sample").ask("governance:Founding") is not None:
        return False
    month = generate(PEOPLE, today())
    run = Run(registry, data, month, _silently, "sample")
    await run.prepare()
    await in_flight([run.points_lane, run.credits_lane])
    return True


def _silently(_name: str, _count: int) -> Callable[[], None]:
    return lambda: None
