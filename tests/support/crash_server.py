"""Forks committers that die: `python -m tests.support.crash_server`, one JSON command a line.

A command {"folder", "seed", "point", "at"} starts a committer that goes on from the ledger's height and kills
itself with SIGKILL when it passes the crash point `point` in block `at` or later; without a point it goes on
until it is killed from outside. The pid is answered at once; {"wait": pid} is answered when it is dead. Each
acknowledged height is appended to `acks` beside the ledger.
"""

import json
import os
import signal
import sys
from pathlib import Path

from tanhui.node.ledger import CrashPoint, Ledger
from tests.support.crash_workload import OPTIONS, block_of

BLOCKS_MAX = 1_000_000


def commit_until_killed(folder: Path, seed: int, point: str | None, at: int) -> None:
    current = 0

    def reached(passed: CrashPoint) -> None:
        if passed == point and current >= at:
            os.kill(os.getpid(), signal.SIGKILL)

    acks = os.open(folder.parent / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Ledger.open(folder, OPTIONS, crash_points=reached) as ledger:
        while ledger.height < BLOCKS_MAX:
            current = ledger.height
            ledger.commit_block(block_of(seed, current, ledger.header_hash if current else b""))
            os.write(acks, b"%d %s\n" % (ledger.height, ledger.commit_hash.hex().encode()))


def main() -> None:
    for line in sys.stdin:
        command = json.loads(line)
        if "wait" in command:
            _, status = os.waitpid(command["wait"], 0)
            print(json.dumps({"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            try:
                commit_until_killed(
                    Path(command["folder"]), command["seed"], command.get("point"), command.get("at", 0)
                )
            finally:
                os._exit(3)
        print(json.dumps({"pid": pid}), flush=True)


if __name__ == "__main__":
    main()
