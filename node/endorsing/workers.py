"""Where proposals are verified, simulated and signed: short jobs at once, others in threads.

A job of 200 µs costs more in a thread than on the event loop: two wake-ups, and Python code gains nothing
beside other Python code (docs/adr/0003-short-jobs-on-the-event-loop.md). So jobs that are known to be short run
where they are asked for; what is unknown or long runs in a thread, with a bound on who may wait for one.
"""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, thread_time
from typing import Final, ParamSpec, TypeVar

from tanhui.node.endorsing.outcome import NodeBusy

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

AT_ONCE_S_MAX: Final = 0.002
"""Jobs of a kind that takes longer run in threads: no other caller may be kept waiting for them."""

TURN_S_MAX: Final = 0.005
"""Jobs run at once one after the other for no longer than this before the event loop has a turn."""

WAITED_IN_A_ROW_MAX: Final = 8
"""A kind whose jobs take that long by the clock alone, so many in a row, waits for something: threads are for it.

Fewer may have waited for the processor, or for the interpreter's lock, as any job on a busy machine does; to run those
in threads, where more wait for the same lock, would make a busy node slower still.
"""

KINDS_KNOWN_MAX: Final = 1_000
"""Kinds whose duration is remembered; a caller chooses some of them. Of others each job runs in a thread."""


class Workers:
    """Runs jobs, each of a kind: jobs of one kind are expected to take as long as the last ones did."""

    def __init__(self, threads: int, queue_max: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tanhui-endorse")
        self._under_way_max = threads + queue_max
        self._under_way = 0
        self._durations = Durations()
        self._next_turn_s = 0.0

    @property
    def under_way(self) -> int:
        """Jobs queued or running."""
        return self._under_way

    async def run(
        self,
        kind: Hashable,
        job: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run now or in a thread. Raises NodeBusy, and what the job raises."""
        if self._durations.is_short(kind):
            began_s, began_cpu_s = perf_counter(), thread_time()
            try:
                return job(*args, **kwargs)
            finally:
                ended_s = perf_counter()
                self._durations.add(kind, ended_s - began_s, thread_time() - began_cpu_s)
                if ended_s >= self._next_turn_s:  # a caller that never waits otherwise lets others go on
                    self._next_turn_s = ended_s + TURN_S_MAX
                    await asyncio.sleep(0)
        return await self._in_thread(kind, lambda: job(*args, **kwargs))

    async def _in_thread(self, kind: Hashable, job: Callable[[], Result]) -> Result:
        if self._under_way >= self._under_way_max:
            raise NodeBusy(f"the node is busy: {self._under_way} calls wait for an endorsing thread")
        self._under_way += 1
        future = self._pool.submit(self._timed, kind, job)
        future.add_done_callback(self._ended_in(asyncio.get_running_loop()))
        return await asyncio.wrap_future(future)

    def _timed(self, kind: Hashable, job: Callable[[], Result]) -> Result:
        began_s, began_cpu_s = perf_counter(), thread_time()
        try:
            return job()
        finally:
            self._durations.add(kind, perf_counter() - began_s, thread_time() - began_cpu_s)

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


class Durations:
    """How long the last jobs of each kind took. One long job counts at once, short ones only in the long run.

    What counts is a job's own CPU time; of kinds that wait (`WAITED_IN_A_ROW_MAX`), the time by the clock.
    """

    def __init__(self) -> None:
        self._expected_s: dict[Hashable, float] = {}
        self._waited: dict[Hashable, int] = {}
        """How many jobs of a kind waited, one after the other; of the kinds in `_expected_s`."""

    def is_short(self, kind: Hashable) -> bool:
        """Whether a job of the kind is expected to take less than AT_ONCE_S_MAX. False for an unknown kind."""
        return self._expected_s.get(kind, AT_ONCE_S_MAX) < AT_ONCE_S_MAX

    def add(self, kind: Hashable, clock_s: float, cpu_s: float) -> None:
        """A job has taken so long. Any thread: of two at once one may be forgotten, which does no harm."""
        expected_s = self._expected_s.get(kind)
        if expected_s is None:
            if len(self._expected_s) < KINDS_KNOWN_MAX:
                self._expected_s[kind] = cpu_s
            return
        took_s = cpu_s
        waited = self._waited.get(kind, 0)
        if waited >= WAITED_IN_A_ROW_MAX:
            took_s = clock_s
        elif clock_s >= AT_ONCE_S_MAX > cpu_s:
            self._waited[kind] = waited + 1
            if waited + 1 == WAITED_IN_A_ROW_MAX:
                took_s = clock_s
        elif waited:
            self._waited.pop(kind, None)
        if took_s >= AT_ONCE_S_MAX:
            self._expected_s[kind] = max(took_s, expected_s)
            return
        now_s = self._expected_s[kind] = expected_s + (took_s - expected_s) / 8
        if now_s < AT_ONCE_S_MAX <= expected_s:
            self._waited.pop(kind, None)
