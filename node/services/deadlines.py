"""Timeouts of many short calls for the price of one timer.

`asyncio.timeout` puts a timer on the loop's heap and takes it off again for every call. Nearly all calls end
long before; so here they only stand in a list, which is looked through now and then.
"""

import asyncio
from types import TracebackType
from typing import Final, Self

RESOLUTION_S: Final = 0.02
"""A call may run this much longer than it was given."""


class Deadlines:
    """The calls of one event loop that have a deadline."""

    def __init__(self) -> None:
        self._running: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float | None) -> "Deadline":
        """`with deadlines.within(5): await …` raises TimeoutError when it takes longer; None is for ever."""
        return Deadline(self, seconds)

    def enter(self, call: "Deadline") -> None:
        """Watch over a call."""
        self._running.add(call)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(RESOLUTION_S, self._look)

    def leave(self, call: "Deadline") -> None:
        """It has ended."""
        self._running.discard(call)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        for call in [one for one in self._running if one.ends_s <= now_s]:
            self._running.discard(call)
            call.expire()
        self._timer = loop.call_later(RESOLUTION_S, self._look) if self._running else None


class Deadline:
    """One call. The rules of cancellation are those of asyncio.Timeout."""

    __slots__ = ("_cancelling", "_deadlines", "_expired", "_seconds", "_task", "ends_s")

    def __init__(self, deadlines: Deadlines, seconds: float | None) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self._expired = False

    def __enter__(self) -> Self:
        if self._seconds is None:
            return self
        task = asyncio.current_task()
        assert task is not None, "a deadline holds for a task"
        self._task = task
        self._cancelling = task.cancelling()
        self.ends_s = asyncio.get_running_loop().time() + self._seconds
        self._deadlines.enter(self)
        return self

    def expire(self) -> None:
        """Its time is over: interrupt it."""
        self._expired = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._seconds is None:
            return
        self._deadlines.leave(self)
        if (
            self._expired
            and self._task.uncancel() <= self._cancelling
            and isinstance(error, asyncio.CancelledError)
        ):
            raise TimeoutError from error
