"""Signatures verified by the process beside the event loop: the same answers, and no harm when it fails."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.signatures import low_s
from tanhui.node.verifying import ahead as ahead_module
from tanhui.node.verifying import judge_process
from tanhui.node.verifying.ahead import ASKED_MAX, DATA_BYTES_MAX, TOGETHER_MIN, SignaturesAhead
from tanhui.node.verifying.judge_process import JudgeProcess

KEY = ec.generate_private_key(ec.SECP256R1())
MANY = 8


@dataclass
class Known:
    """The signer of everything here."""

    p256_key: bytes = field(
        default_factory=lambda: KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def signer(identity: bytes) -> Known:
    if identity != b"known":
        raise IdentityError("creator", "is not known")
    return Known()


def signed(number: int, *, right: bool = True, identity: bytes = b"known") -> SignedData:
    message = b"message %d" % number
    signature = low_s(KEY.sign(message, ec.ECDSA(hashes.SHA256())), "secp256r1")
    return SignedData(identity, message if right else message + b".", signature)


async def asked(ahead: SignaturesAhead, *what: SignedData) -> list[bool]:
    """Of each, all in one turn: whether it was found to be right."""
    found = await asyncio.gather(*(ahead.right(one, signer) for one in what))
    return [one in right for one, right in zip(what, found, strict=True)]


class Started:
    """Starts processes, and keeps them in sight."""

    def __init__(self) -> None:
        self.processes: list[JudgeProcess] = []

    async def __call__(self) -> JudgeProcess:
        self.processes.append(await JudgeProcess.started())
        return self.processes[-1]


def with_process(body: Callable[[SignaturesAhead, Started], object]) -> None:
    """Run `body` beside a process that is up, and end it."""

    async def run() -> None:
        started = Started()
        ahead = SignaturesAhead(1, started)
        try:
            await brought_up(ahead, started)
            await body(ahead, started)  # type: ignore[misc]
        finally:
            await ahead.close()

    asyncio.run(run())


async def brought_up(ahead: SignaturesAhead, started: Started, processes: int = 1) -> None:
    for _ in range(3_000):
        if all(await asked(ahead, *(signed(number) for number in range(MANY)))):
            break
        await asyncio.sleep(0.01)
    assert len(started.processes) == processes


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_right_and_wrong_ones_that_come_together() -> None:
    async def body(ahead: SignaturesAhead, _: Started) -> None:
        expected = [number % 3 != 0 for number in range(40)]
        what = [signed(number, right=right) for number, right in enumerate(expected)]
        assert await asked(ahead, *what) == expected

    with_process(body)


def test_who_is_not_known_and_what_does_not_fit_is_left_to_the_judgement() -> None:
    async def body(ahead: SignaturesAhead, _: Started) -> None:
        strange = signed(1, identity=b"stranger")
        long = SignedData(b"known", b"message", bytes(256))
        large = SignedData(b"known", bytes(DATA_BYTES_MAX + 1), b"signature")
        others = [signed(number) for number in range(MANY)]
        assert await asked(ahead, strange, long, large, *others) == [False] * 3 + [True] * MANY

    with_process(body)


def test_what_comes_alone_is_left_to_the_judgement() -> None:
    async def body(ahead: SignaturesAhead, started: Started) -> None:
        (process,) = started.processes
        assert await asked(ahead, signed(1)) == [False]
        assert (
            await asked(ahead, *(signed(number) for number in range(TOGETHER_MIN))) == [True] * TOGETHER_MIN
        )
        assert process.asked == 0

    with_process(body)


def test_no_more_wait_than_both_can_do() -> None:
    async def body(ahead: SignaturesAhead, _: Started) -> None:
        found = await asked(ahead, *(signed(number) for number in range(ASKED_MAX + 20)))
        assert found == [True] * ASKED_MAX + [False] * 20

    with_process(body)


def test_a_caller_that_goes_away_costs_the_others_nothing() -> None:
    async def body(ahead: SignaturesAhead, _: Started) -> None:
        leaving = asyncio.create_task(ahead.right(signed(0), signer))
        staying = asyncio.create_task(asked(ahead, *(signed(number) for number in range(MANY))))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying == [True] * MANY
        assert await asked(ahead, *(signed(number) for number in range(MANY))) == [True] * MANY

    with_process(body)


@pytest.mark.parametrize("processes", [0, 1])
def test_an_idle_node_has_no_process(processes: int) -> None:
    async def run() -> None:
        started = Started()
        ahead = SignaturesAhead(processes, started)
        for number in range(20):
            assert await asked(ahead, signed(number)) == [False]
        if not processes:
            assert await asked(ahead, *(signed(number) for number in range(MANY))) == [False] * MANY
            await asyncio.sleep(0.05)
        assert not started.processes
        await ahead.close()

    asyncio.run(run())


def test_a_killed_process_leaves_nobody_waiting_and_another_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead_module, "RESTART_S", 0.05)

    async def body(ahead: SignaturesAhead, started: Started) -> None:
        (process,) = started.processes
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)  # so that the claims still wait when it dies
        waiting = asyncio.create_task(asked(ahead, *(signed(number) for number in range(MANY))))
        await asyncio.sleep(0.05)
        assert process.asked == MANY
        os.kill(process.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            assert await waiting == [False] * MANY
        await brought_up(ahead, started, processes=2)

    with_process(body)


def test_a_process_that_stands_still_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge_process, "LATE_S", 0.2)

    async def body(ahead: SignaturesAhead, started: Started) -> None:
        (process,) = started.processes
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)
        async with asyncio.timeout(10):
            assert await asked(ahead, *(signed(number) for number in range(MANY))) == [False] * MANY
        assert not process.is_up

    with_process(body)


@pytest.mark.parametrize("answers", [b"\x07", b"\x01"], ids=["of no meaning", "to nothing"])
def test_a_process_that_answers_what_nobody_asked_is_given_up_on(answers: bytes) -> None:
    async def body(ahead: SignaturesAhead, started: Started) -> None:
        (process,) = started.processes
        process.data_received(answers)
        await asyncio.sleep(0.1)
        assert not process.is_up
        assert await asked(ahead, *(signed(number) for number in range(MANY))) == [False] * MANY

    with_process(body)


def test_one_that_cannot_be_started_is_tried_again_later_and_not_at_once() -> None:
    async def run() -> None:
        attempts = 0

        async def start() -> JudgeProcess:
            nonlocal attempts
            attempts += 1
            raise OSError("no more processes")

        ahead = SignaturesAhead(1, start)
        for _ in range(20):
            assert await asked(ahead, *(signed(number) for number in range(MANY))) == [False] * MANY
            await asyncio.sleep(0)
        assert attempts == 1
        await ahead.close()

    asyncio.run(run())


def test_it_ends_with_whoever_closes_it() -> None:
    pids: list[int] = []

    async def body(_: SignaturesAhead, started: Started) -> None:
        pids.extend(process.pid for process in started.processes if process.pid is not None)

    with_process(body)
    (pid,) = pids
    until_s = time.monotonic() + 5
    while not is_gone(pid) and time.monotonic() < until_s:
        time.sleep(0.01)
    assert is_gone(pid)


def test_closed_in_the_turn_in_which_many_come_it_starts_nothing() -> None:
    async def run() -> None:
        started = Started()
        ahead = SignaturesAhead(1, started)
        await asked(ahead, *(signed(number) for number in range(TOGETHER_MIN)))
        await ahead.close()
        await asyncio.sleep(0.05)
        assert not started.processes

    asyncio.run(run())


def test_two_bursts_far_apart_are_not_one_long_silence() -> None:
    async def body(ahead: SignaturesAhead, started: Started) -> None:
        (process,) = started.processes
        assert await asked(ahead, *(signed(number) for number in range(MANY))) == [True] * MANY
        process._heard_s -= 2 * judge_process.LATE_S  # so long ago
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)
        second = asyncio.create_task(asked(ahead, *(signed(number) for number in range(MANY))))
        await asyncio.sleep(0.05)
        assert process.asked == MANY
        process._look()  # the watch that the first burst set falls due
        os.kill(process.pid, signal.SIGCONT)
        assert await second == [True] * MANY
        assert process.is_up

    with_process(body)


def test_a_process_that_ends_at_once_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")

    async def run() -> None:
        process = await JudgeProcess.started()
        for _ in range(1_000):
            if not process.is_up:
                break
            await asyncio.sleep(0.01)
        assert not process.is_up
        await process.end()

    asyncio.run(run())
    assert "verifying.failed" in capsys.readouterr().out


def test_a_start_that_fails_half_way_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []
    spawn = asyncio.create_subprocess_exec

    async def noted(*arguments: str, **named: object) -> asyncio.subprocess.Process:
        process = await spawn(*arguments, **named)  # type: ignore[arg-type]
        pids.append(process.pid)
        return process

    async def run() -> None:
        monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
        loop = asyncio.get_running_loop()

        async def broken(*_: object, **__: object) -> None:
            raise OSError("no more descriptors")

        monkeypatch.setattr(loop, "create_connection", broken)
        with pytest.raises(OSError, match="no more descriptors"):
            await JudgeProcess.started()
        (pid,) = pids
        assert is_gone(pid)

    asyncio.run(run())


def test_a_python_that_does_not_know_its_program_starts_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", None)
    with pytest.raises(OSError, match="its own program"):
        asyncio.run(JudgeProcess.started())
