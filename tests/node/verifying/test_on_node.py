"""A node whose callers come together: the process beside it judges signatures, and callers see no difference."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tanhui.network.protocol.transport import TransportError
from tanhui.node.node import Node
from tanhui.node.settings import NodeSettings
from tanhui.node.verifying.claims import Claim
from tanhui.node.verifying.judge_process import JudgeProcess
from tests.support.kv_node import kv_node
from tests.support.raw_calls import RawClient

TOGETHER = 24
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node with one starts no process."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[Claim]:
    """What processes are asked."""
    asked: list[Claim] = []
    ask = JudgeProcess.ask

    def noted(self: JudgeProcess, claims: list[tuple[Claim, asyncio.Future[bool]]]) -> None:
        asked.extend(claim for claim, _ in claims)
        ask(self, claims)

    monkeypatch.setattr(JudgeProcess, "ask", noted)
    return asked


def processes(parent: int) -> list[int]:
    """Pids of the processes that judge for it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            if int(stat[1]) == parent and b"tanhui.node.verifying" in command:
                found.append(int(entry.name))
    return found


@pytest.fixture
def others() -> set[int]:
    """Processes of nodes that other tests share and that run on beside this one."""
    return set(processes(os.getpid()))


def own(others: set[int]) -> list[int]:
    """Processes of this test's node."""
    return [pid for pid in processes(os.getpid()) if pid not in others]


def client(node: Node) -> RawClient:
    return RawClient(node.transport, node.network.organisations["OneMSP"].signing_identity("client", "alice"))


async def transaction(alice: RawClient, key: str) -> int:
    """The code of one transaction from its proposal to its block."""
    transaction_id, envelope = await alice.prepare("blind", key, "1")
    await alice.submit(envelope)
    code, _ = await alice.status(transaction_id)
    return code


async def busy(alice: RawClient, others: set[int]) -> None:
    """Callers together, until a process is there."""
    async with asyncio.timeout(30):
        number = 0
        while not own(others):
            number += 1
            codes = await asyncio.gather(
                *(transaction(alice, f"before{number}-{index}") for index in range(TOGETHER))
            )
            assert set(codes) == {0}


def test_right_and_wrong_signatures_of_every_call_under_load(
    tmp_path: Path, claims: list[Claim], others: set[int]
) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            await busy(alice, others)
            async with asyncio.timeout(10):
                while not claims:
                    codes = await asyncio.gather(*(transaction(alice, f"a{n}") for n in range(TOGETHER)))
                    assert set(codes) == {0}
            before = len(claims)
            forged = alice.proposal("blind", "forged", "1")
            _, unsigned = await alice.prepare("blind", "unsigned", "1")
            unsigned.signature = alice.signing.sign(unsigned.payload + b".")
            outcomes = await asyncio.gather(
                alice.endorse(alice.signed(forged, alice.signing.sign(b"another"))),
                alice.submit(unsigned),
                alice.status("ab" * 32, alice.signing.sign(b"another")),
                *(transaction(alice, f"b{index}") for index in range(TOGETHER)),
                return_exceptions=True,
            )
            assert len(claims) >= before + TOGETHER
            endorsed, submitted, status, *right = outcomes
            assert isinstance(endorsed, TransportError)
            assert "access denied: channel [credits] creator org [OneMSP]" in str(endorsed.details)
            assert isinstance(submitted, TransportError)
            assert "status=FORBIDDEN" in submitted.message
            assert isinstance(status, TransportError)
            assert "Failed evaluating policy on signed data" in status.message
            assert set(right) == {0}
        assert not own(others), "it ends with the node"

    asyncio.run(run())


def test_killed_under_load_it_costs_no_transaction(tmp_path: Path, others: set[int]) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            await busy(alice, others)
            waiting = [asyncio.create_task(transaction(alice, f"k{index}")) for index in range(4 * TOGETHER)]
            await asyncio.sleep(0.01)
            for pid in own(others):
                os.kill(pid, signal.SIGKILL)
            assert set(await asyncio.gather(*waiting)) == {0}

    asyncio.run(run())


def test_a_node_that_may_start_none_starts_none(
    tmp_path: Path, claims: list[Claim], others: set[int]
) -> None:
    async def run() -> None:
        async with kv_node(tmp_path, settings=NodeSettings(verifying_processes=0)) as node:
            alice = client(node)
            codes = await asyncio.gather(*(transaction(alice, f"k{index}") for index in range(TOGETHER)))
            assert set(codes) == {0}
            await asyncio.sleep(0.05)
            assert not own(others)
        assert not claims

    asyncio.run(run())


NODE = """
import asyncio, sys
from tanhui.node.verifying.judge_process import JudgeProcess

async def run():
    print((await JudgeProcess.started()).pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(run())
"""


def test_it_ends_with_a_node_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", NODE], cwd=ROOT, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        pid = next(int(line) for line in node.stdout if line.strip().isdigit())
        assert processes(node.pid) == [pid]
        node.kill()
    command = Path(f"/proc/{pid}/cmdline")
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s:
        try:
            if b"tanhui.node.verifying" not in command.read_bytes():
                return
        except OSError:
            return
        time.sleep(0.01)
    pytest.fail("it runs on without its node")
