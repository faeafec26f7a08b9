"""Whether what waits can be told to stop in the very turn in which something comes for it."""

import asyncio
from collections.abc import Awaitable, Callable

TURNS_MAX = 12
"""More turns of the event loop than lie between what comes and whoever waits for it."""


async def ends_whenever_told(
    begin: Callable[[], Awaitable[tuple[asyncio.Task[None], Callable[[], object]]]],
) -> bool:
    """Begin, let something come, cancel so and so many turns later: each time it must end.

    Python 3.11's `asyncio.wait_for` forgets a cancellation that arrives together with what it waited for.
    """
    for turns in range(TURNS_MAX):
        task, something_comes = await begin()
        something_comes()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        _, running = await asyncio.wait({task}, timeout=5)
        if running:
            task.cancel()
            return False
    return True
