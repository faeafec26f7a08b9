"""The threads that verify, simulate and sign, with a bound on who may wait for one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from tanhui.node.endorsing.outcome import NodeBusy

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Workers:
    """A thread pool whose queue is bounded: a call beyond it is refused at once."""

    def __init__(self, threads: int, queue_max: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tanhui-endorse")
        self._under_way_max = threads + queue_max
        self._under_way = 0

    @property
    def under_way(self) -> int:
        """Jobs queued or running."""
        return self._under_way

    async def run(
        self, job: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Run in a thread. Raises NodeBusy, and what the job raises."""
        if self._under_way >= self._under_way_max:
            raise NodeBusy(f"the node is busy: {self._under_way} calls wait for an endorsing thread")
        self._under_way += 1
        future = self._pool.submit(job, *args, **kwargs)
        future.add_done_callback(self._ended_in(asyncio.get_running_loop()))
        return await asyncio.wrap_future(future)

    def _ended_in(self, loop: asyncio.AbstractEventLoop) -> Callable[[object], None]:
        """A caller that goes away leaves its job running: count it until it ends."""

        def ended(_: object) -> None:
            try:
                loop.call_soon_threadsafe(self._end)
            except RuntimeError:  # the loop is closed: nobody counts any more
                self._end()

        return ended

    def _end(self) -> None:
        self._under_way -= 1

    def close(self) -> None:
        """Wait for running jobs; cancel those that have not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)
