"""Tests that need an event loop, each with its own and with an end."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

Parameters = ParamSpec("Parameters")

TEST_TIMEOUT_S = 60.0


def asynchronous(test: Callable[Parameters, Awaitable[None]]) -> Callable[Parameters, None]:
    """Run an async test; one that hangs fails."""

    @functools.wraps(test)
    def run(*arguments: Parameters.args, **named: Parameters.kwargs) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(TEST_TIMEOUT_S):
                await test(*arguments, **named)

        asyncio.run(bounded())

    return run
