"""What commands have in common that serve until they are told to stop."""

import asyncio
import signal
import sys
from collections.abc import Callable


def on_stop(call: Callable[[], object]) -> None:
    """SIGINT and SIGTERM call this on the running loop instead of ending the process."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, call)


def say_ready(where: str) -> None:
    """The one line on stdout that whoever started the command waits for."""
    sys.stdout.write(f"ready {where}\n")
    sys.stdout.flush()
