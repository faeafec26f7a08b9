"""A transaction's run is to asyncio what a task is: timeouts, groups, locks, context, cancellation."""

import asyncio
import contextvars
import gc
import sys
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tanhui.chaincode.shim.running import Reply, Run
from tests.support.asynchronous import asynchronous

REPLY = b"t"
VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outside")


class Watched:
    """A coroutine in a Run, and what came of it."""

    def __init__(self, body: Callable[[Callable[[], Reply]], Awaitable[Any]]) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self.over, self.asked = asyncio.Event(), asyncio.Event()
        self.replies: list[Reply] = []
        self.run = Run(asyncio.get_running_loop(), self._run(body), self._ended)

    async def _run(self, body: Callable[[Callable[[], Reply]], Awaitable[Any]]) -> Any:
        return await body(self.ask)

    def _ended(self, run: Run, result: Any, fault: BaseException | None) -> None:
        assert run is self.run
        assert run.done()
        self.result, self.error = result, fault
        self.over.set()

    def ask(self) -> Reply:
        self.replies.append(Reply(self.run))
        self.asked.set()
        return self.replies[-1]

    def begin(self) -> "Watched":
        """In a callback, as a connection does; never within a task."""
        asyncio.get_running_loop().call_soon(self.run.step)
        return self

    async def wait(self) -> Any:
        await asyncio.wait_for(self.over.wait(), 5)
        return self.result


@asynchronous
async def test_a_reply_resumes_at_once() -> None:
    async def body(ask: Callable[[], Reply]) -> bytes:
        return await ask() + await ask()

    watched = Watched(body)
    watched.run.step()
    watched.replies[0].set_result(REPLY)
    assert not watched.run.done()
    watched.replies[1].set_result(REPLY)
    assert watched.run.done()
    assert watched.result == b"tt"


@asynchronous
async def test_stepped_within_a_task_that_task_is_current_again_afterwards() -> None:
    async def body(ask: Callable[[], Reply]) -> Any:
        return asyncio.current_task(), await ask()

    before = asyncio.current_task()
    watched = Watched(body)
    watched.run.step()
    assert asyncio.current_task() is before
    watched.replies[0].set_result(REPLY)
    assert asyncio.current_task() is before
    assert watched.result == (watched.run, REPLY)


@asynchronous
async def test_what_asyncio_offers_works_as_in_a_task() -> None:
    async def body(ask: Callable[[], Reply]) -> str:
        lock = asyncio.Lock()
        async with lock, asyncio.timeout(5):
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            done = await asyncio.gather(asyncio.sleep(0, "a"), asyncio.wait_for(asyncio.sleep(0, "b"), 5))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(asyncio.sleep(0.001, "c"))
        return "".join(done) + task.result() + await asyncio.to_thread(lambda: "d") + (await ask()).decode()

    watched = Watched(body).begin()
    await asyncio.wait_for(watched.asked.wait(), 5)
    watched.replies[0].set_result(REPLY)
    assert await watched.wait() == "abcdt"


@asynchronous
async def test_a_timeout_ends_a_wait_for_a_reply_and_for_a_future() -> None:
    async def body(ask: Callable[[], Reply]) -> list[str]:
        found = []
        for waiting in (ask, asyncio.Event().wait):
            try:
                async with asyncio.timeout(0.01):
                    await waiting()
            except TimeoutError:
                found.append("late")
        return found

    watched = Watched(body).begin()
    assert await watched.wait() == ["late", "late"]
    assert watched.replies[0].done()
    assert watched.run.cancelling() == 0


@asynchronous
async def test_a_failing_group_ends_its_parent_and_says_why() -> None:
    async def fails() -> None:
        raise ValueError("inside")

    async def body(ask: Callable[[], Reply]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())
            await ask()

    watched = Watched(body).begin()
    await watched.wait()
    assert isinstance(watched.error, ExceptionGroup)
    assert watched.run.cancelling() == 0


@asynchronous
async def test_cancelled_before_its_first_step_in_a_reply_and_by_itself() -> None:
    async def asks(ask: Callable[[], Reply]) -> None:
        await ask()

    async def cancels_itself(ask: Callable[[], Reply]) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await ask()

    early, asking, itself = Watched(asks), Watched(asks), Watched(cancels_itself)
    assert early.run.cancel()
    asking.begin()
    itself.begin()
    await asyncio.sleep(0.001)
    assert asking.run.cancel()
    await asking.wait()
    await itself.wait()
    assert isinstance(asking.error, asyncio.CancelledError)
    assert isinstance(itself.error, asyncio.CancelledError)
    assert early.run.done()
    assert not asking.run.cancel()


@asynchronous
async def test_context_variables_are_a_transactions_own() -> None:
    async def body(ask: Callable[[], Reply]) -> str:
        VARIABLE.set("inside")
        await ask()
        await asyncio.sleep(0)
        return VARIABLE.get()

    watched = Watched(body)
    watched.run.step()
    assert VARIABLE.get() == "outside"
    watched.replies[0].set_result(REPLY)
    assert await watched.wait() == "inside"


@asynchronous
async def test_what_is_nothing_of_asyncios_is_an_error_there() -> None:
    class Foreign:
        def __await__(self) -> Any:
            yield "what?"

    async def body(ask: Callable[[], Reply]) -> None:
        await Foreign()

    watched = Watched(body).begin()
    await watched.wait()
    assert isinstance(watched.error, RuntimeError)
    assert "awaits str" in str(watched.error)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, ValueError])
def test_whatever_it_raises_is_told(fault: type[BaseException]) -> None:
    async def raises() -> bytes:
        raise fault

    async def main() -> None:
        ended: list[tuple[Run, bytes, BaseException | None]] = []
        run = Run(asyncio.get_running_loop(), raises(), lambda *told: ended.append(told))
        run.step()
        ((told, result, error),) = ended
        assert (told, result) == (run, b"")
        assert type(error) is fault

    asyncio.run(main())


def test_the_hooks_are_there() -> None:
    """Documented under "Extending asyncio"; looked for in each new version."""
    assert sys.version_info >= (3, 11)
    assert callable(asyncio.tasks._enter_task)
    assert callable(asyncio.tasks._leave_task)


@asynchronous
async def test_a_run_that_is_over_is_gone_without_the_collector() -> None:
    """It once held itself: each 20,000 transactions the collector stopped everything for 140 ms."""

    replies: list[Reply] = []
    results: list[bytes] = []

    async def body() -> bytes:
        return await replies[0]

    gc.collect()
    gc.disable()
    try:
        run = Run(asyncio.get_running_loop(), body(), lambda _run, result, _fault: results.append(result))
        replies.append(Reply(run))
        run.step()
        replies.pop().set_result(REPLY)
        assert results == [REPLY]
        gone = weakref.ref(run)
        del run
        assert gone() is None
    finally:
        gc.enable()
