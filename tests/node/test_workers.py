"""Short jobs run at once, unknown and long ones in threads."""

import asyncio
import threading
import time

import pytest

from tanhui.node.endorsing.outcome import NodeBusy
from tanhui.node.endorsing.workers import (
    AT_ONCE_S_MAX,
    KINDS_KNOWN_MAX,
    WAITED_IN_A_ROW_MAX,
    Durations,
    Workers,
)
from tanhui.node.services.deadlines import RESOLUTION_S, Deadlines
from tests.support.asynchronous import asynchronous


def work_for(cpu_s: float) -> None:
    until_s = time.thread_time() + cpu_s
    while time.thread_time() < until_s:
        pass


@asynchronous
async def test_a_kind_known_to_be_short_stays_on_the_loop() -> None:
    workers = Workers(1, 1)
    try:
        first = await workers.run("name", threading.get_ident)
        second = await workers.run("name", threading.get_ident)
    finally:
        workers.close()
    assert first != threading.get_ident()
    assert second == threading.get_ident()


@asynchronous
async def test_a_long_job_sends_its_kind_to_the_threads() -> None:
    workers = Workers(1, 1)
    try:
        await workers.run("name", int)
        await workers.run("name", work_for, 2 * AT_ONCE_S_MAX)
        where = await workers.run("name", threading.get_ident)
    finally:
        workers.close()
    assert where != threading.get_ident()


@asynchronous
async def test_a_kind_that_always_waits_goes_to_the_threads_and_one_that_waited_once_does_not() -> None:
    workers = Workers(1, 1)
    try:
        await workers.run("name", int)
        for _ in range(WAITED_IN_A_ROW_MAX - 1):
            await workers.run("name", time.sleep, 2 * AT_ONCE_S_MAX)
        assert await workers.run("name", threading.get_ident) == threading.get_ident()
        for _ in range(WAITED_IN_A_ROW_MAX):
            await workers.run("name", time.sleep, 2 * AT_ONCE_S_MAX)
        where = await workers.run("name", threading.get_ident)
    finally:
        workers.close()
    assert where != threading.get_ident()


@asynchronous
async def test_an_error_reaches_the_caller_either_way() -> None:
    workers = Workers(1, 1)
    try:
        for _ in range(2):
            with pytest.raises(ValueError, match="invalid literal"):
                await workers.run("name", int, "x")
    finally:
        workers.close()


@asynchronous
async def test_no_more_wait_for_a_thread_than_may() -> None:
    workers = Workers(1, 1)
    gate = threading.Event()
    waiting = [asyncio.create_task(workers.run("gate", gate.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(NodeBusy, match="2 calls wait"):
            await workers.run("gate", gate.wait)
    finally:
        gate.set()
        await asyncio.gather(*waiting)
        workers.close()
    assert workers.under_way == 0


def test_short_jobs_bring_a_kind_back_only_in_the_long_run() -> None:
    durations = Durations()
    assert not durations.is_short("name")
    durations.add("name", 0.0001, 0.0001)
    assert durations.is_short("name")
    durations.add("name", 1.0, 1.0)
    for _ in range(40):
        assert not durations.is_short("name")
        durations.add("name", 0.0001, 0.0001)
    for _ in range(40):
        durations.add("name", 0.0001, 0.0001)
    assert durations.is_short("name")


def test_a_kind_that_waits_is_judged_by_the_clock_until_it_is_short_again() -> None:
    durations = Durations()
    for _ in range(WAITED_IN_A_ROW_MAX + 1):
        assert "name" not in durations._expected_s or durations.is_short("name")
        durations.add("name", 0.01, 0.0001)
    for _ in range(10):
        assert not durations.is_short("name")
        durations.add("name", 0.0001, 0.0001)
    for _ in range(40):
        durations.add("name", 0.0001, 0.0001)
    assert durations.is_short("name")
    durations.add("name", 0.01, 0.0001)
    assert durations.is_short("name")


def test_only_so_many_kinds_are_remembered() -> None:
    durations = Durations()
    for number in range(KINDS_KNOWN_MAX + 1):
        durations.add(number, 0.0, 0.0)
    assert durations.is_short(KINDS_KNOWN_MAX - 1)
    assert not durations.is_short(KINDS_KNOWN_MAX)


@asynchronous
async def test_a_call_past_its_deadline_is_interrupted() -> None:
    deadlines = Deadlines()
    began_s = time.monotonic()
    with pytest.raises(TimeoutError), deadlines.within(0.01):
        await asyncio.sleep(60)
    assert time.monotonic() - began_s < 0.01 + 10 * RESOLUTION_S
    with deadlines.within(None):
        await asyncio.sleep(0)
    with deadlines.within(60):
        await asyncio.sleep(0)


@asynchronous
async def test_a_cancellation_from_outside_is_no_timeout() -> None:
    deadlines = Deadlines()

    async def call() -> None:
        with deadlines.within(60):
            await asyncio.sleep(60)

    task = asyncio.create_task(call())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
