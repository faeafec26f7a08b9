"""One transaction's coroutine, stepped the moment its reply is there.

An asyncio.Task takes a turn of the event loop, a future and a handle for each reply. Here the reply itself resumes the
coroutine, and what several transactions send then leaves in one write. Whatever else a chaincode awaits (sleep, locks,
gather, timeouts, other tasks) works as in a task: while it is stepped, the Run is asyncio's current task, for which
asyncio has documented hooks (docs.python.org, Extending asyncio).
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Generator
from typing import Any

# Underscored, and documented for makers of tasks: docs.python.org, asyncio, Extending, Task lifetime support.
_enter_task, _leave_task = asyncio.tasks._enter_task, asyncio.tasks._leave_task  # noqa: SLF001


class Reply:
    """The peer's reply to one request of a Run, awaited once by the coroutine that the Run steps."""

    __slots__ = ("_is_over", "_run")

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._is_over = False

    def __await__(self) -> Generator["Reply", bytes, bytes]:
        try:
            return (yield self)
        finally:
            self._is_over = True

    def done(self) -> bool:
        """Whether it came, or nobody waits for it any more."""
        return self._is_over

    def set_result(self, payload: bytes) -> None:
        """It came: run on."""
        self._is_over = True
        self._run.step(payload)

    def set_exception(self, error: BaseException) -> None:
        """It will not come."""
        self._is_over = True
        self._run.step(None, error)


class Run:
    """From the first step to the last; `ended` is told what the coroutine returned, or what it raised.

    Has of asyncio.Task what asyncio itself asks of the current one: cancel, uncancel, cancelling and the getters.
    """

    __slots__ = (
        "__weakref__",
        "_awaited",
        "_cancels",
        "_context",
        "_coroutine",
        "_ended",
        "_is_over",
        "_loop",
        "_must_cancel",
        "_send",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        coroutine: Coroutine[Any, Any, bytes],
        ended: Callable[["Run", bytes, BaseException | None], None],
    ) -> None:
        self._loop = loop
        self._coroutine = coroutine
        self._send = coroutine.send
        self._ended = ended
        self._context = contextvars.copy_context()
        self._awaited: asyncio.Future[Any] | None = None
        self._cancels = 0
        self._must_cancel = False
        self._is_over = False

    def step(self, value: bytes | None = None, error: BaseException | None = None) -> None:
        """Run on to the next wait, with what was waited for."""
        if self._must_cancel:
            self._must_cancel = False
            error = asyncio.CancelledError()
        self._awaited = None
        loop, outer = self._loop, None
        task: Any = (
            self  # for asyncio's hooks; an attribute would keep every transaction until the collector comes
        )
        try:
            _enter_task(loop, task)
        except RuntimeError:  # stepped within a task
            outer = _entered_from(loop, task)
        try:
            if error is None:
                waits_for = self._context.run(self._send, value)
            else:
                waits_for = self._context.run(self._coroutine.throw, error)
        except StopIteration as end:
            result, fault = end.value, None
        except BaseException as raised:  # noqa: BLE001 - whoever began the run answers for it
            result, fault = b"", raised
        else:
            if type(waits_for) is not Reply:
                self._wait(waits_for)
            elif self._must_cancel:
                loop.call_soon(self._cancel_now)
            return
        finally:
            _leave_task(loop, task)
            if outer is not None:
                _enter_task(loop, outer)
        self._is_over = True
        self._ended(self, result, fault)

    # What asyncio asks of the current task.

    def cancel(self, msg: Any = None) -> bool:
        """Raise CancelledError where the coroutine waits. False when it is over."""
        if self._is_over:
            return False
        self._cancels += 1
        if self._awaited is not None and self._awaited.cancel(msg):
            return True
        self._must_cancel = True
        current: Any = asyncio.current_task(self._loop)
        if current is not self:
            self._loop.call_soon(self._cancel_now)
        return True

    def cancelling(self) -> int:
        """How often `cancel` was called and not taken back."""
        return self._cancels

    def uncancel(self) -> int:
        """Take one `cancel` back; how many are left."""
        self._cancels = max(0, self._cancels - 1)
        if not self._cancels:
            self._must_cancel = False
        return self._cancels

    def done(self) -> bool:
        """Whether the coroutine is over."""
        return self._is_over

    def get_name(self) -> str:
        """For logs."""
        return "transaction"

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Where it runs."""
        return self._loop

    def get_coro(self) -> Coroutine[Any, Any, bytes]:
        """What it steps."""
        return self._coroutine

    def get_context(self) -> contextvars.Context:
        """Its context variables."""
        return self._context

    def _wait(self, waits_for: Any) -> None:
        """For anything of asyncio: a future, or a bare yield (asyncio.sleep(0))."""
        if getattr(waits_for, "_asyncio_future_blocking", False):
            waits_for._asyncio_future_blocking = False  # noqa: SLF001 - how a future is awaited, as documented
            waits_for.add_done_callback(self._woken)
            self._awaited = waits_for
            if self._must_cancel and waits_for.cancel():
                self._must_cancel = False
        elif waits_for is None:
            self._loop.call_soon(self._again)
        else:
            wrong = RuntimeError(f"a transaction awaits {type(waits_for).__name__}, which is not asyncio's")
            self._loop.call_soon(self.step, None, wrong)

    def _woken(self, _future: "asyncio.Future[Any]") -> None:
        self.step()  # the future's own __await__ returns its result or raises

    def _again(self) -> None:
        if not self._is_over:
            self.step()

    def _cancel_now(self) -> None:
        if self._must_cancel and not self._is_over:
            self.step()


def _entered_from(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> "asyncio.Task[Any]":
    """Make it the current task in place of another; the other."""
    outer = asyncio.current_task(loop)
    assert outer is not None, "it refused us"
    _leave_task(loop, outer)
    _enter_task(loop, task)
    return outer
