"""`tanhui audit follow` killed while it catches up: nothing accepted is lost, and the root is an unkilled auditor's."""

import asyncio
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.conftest import Counts
from tests.support.auditor import ORIGIN, following, genesis_hash
from tests.support.kv_node import gateway, kv_node, topology
from tests.support.running_registry import TANHUI

KILLS = 4
TRANSACTIONS = 400


def test_kills_while_catching_up(tmp_path: Path, counts: Counts) -> None:
    chance = random.Random(7)

    async def run() -> None:
        async with kv_node(tmp_path / "node", topology(timeout_ms=10, messages_max=2)) as node:
            await node.serve()
            async with gateway(node) as client:
                contract = client.network("credits").contract("kv")
                puts = [contract.submit_transaction("put", f"k{n}", "v") for n in range(TRANSACTIONS)]
                await asyncio.gather(*puts)
            async with following(node, tmp_path / "whole") as (replay, log, follower):
                await follower.run(once=True)
                expected = f"height {replay.height} commit {replay.commit_hash.hex()}"
                expected += f" leaves {log.size} root {log.root().hex()}"
            command = [TANHUI, "audit", "follow", "--connection", str(tmp_path / "node" / "connection.json")]
            command += ["--genesis", genesis_hash(node).hex(), "--origin", ORIGIN, "--once"]
            command += ["--data", str(tmp_path / "killed")]
            written = [
                await asyncio.to_thread(kill_midway, command, tmp_path / "killed", chance)
                for _ in range(KILLS)
            ]
            done = await asyncio.to_thread(
                subprocess.run, command, capture_output=True, text=True, timeout=120, check=False
            )
            assert done.returncode == 0, done.stderr
            assert expected in done.stdout
            counts.note("follower killed while catching up", kills=KILLS, lost=0, block_bytes=str(written))

    asyncio.run(run())


def kill_midway(command: list[str], data: Path, chance: random.Random) -> int:
    """Kill it some blocks after its ledger began to grow; the bytes that it had written."""
    file = data / "ledger" / "blocks"
    before = size_of(file)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        goal = before + chance.randrange(20_000, 120_000)
        while process.poll() is None and size_of(file) < goal:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    return size_of(file)


def size_of(folder: Path) -> int:
    try:
        return sum(one.stat().st_size for one in folder.iterdir())
    except FileNotFoundError:
        return 0
