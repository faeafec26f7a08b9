"""Memory over a long intake: what streams through is never held, however much it is."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.conftest import NIGHTLY, Counts
from tests.support.running_registry import Client, registry

LINES = 10_000_000 if NIGHTLY else 20_000
LINES_AN_UPLOAD = LINES // 10
PEOPLE = 2_000
GROWTH_BYTES_MAX = 150 << 20
ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
TERMS = {
    "programme": "tanxiaohui",
    "scene": "library",
    "methodology": "library",
    "version": "1",
    "source": "platform",
}


def resident_bytes(pid: int) -> int:
    """What a process holds in memory (proc(5), /proc/PID/statm)."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4_096


def lines(first: int, count: int) -> Iterator[bytes]:
    """JSON lines in chunks of a thousand; what an account may not earn any more is refused line by line."""
    start = int(time.time()) // 86_400 * 86_400 - 30 * 86_400
    numbers = range(first, first + count)
    for some in _batched(numbers):
        made = (
            {"account": f"{n % PEOPLE + 1:032x}", "when": start + n // PEOPLE * 1_800 % (30 * 86_400)}
            | {"inputs": {"visits": "1"}}
            for n in some
        )
        yield b"".join(json.dumps(one).encode() + b"\n" for one in made)


def _batched(numbers: range) -> Iterator[range]:
    for at in range(0, len(numbers), 1_000):
        yield numbers[at : at + 1_000]


@pytest.mark.scales
def test_memory_stays_steady_over_a_long_intake(tmp_path: Path, counts: Counts) -> None:
    data = tmp_path / "data"
    with registry(data) as (url, process):
        operator = Client(url, data, "operator-recorder")
        for at in range(0, PEOPLE, 500):
            people = [{"account": f"{at + n + 1:032x}", "holder": "person"} for n in range(500)]
            operator.done(ACCOUNTS, f"open-{at}", {"accounts": people})
        held: list[int] = []
        for number in range(10):
            answer = httpx.post(
                f"{url}/v1/activities",
                params=TERMS,
                content=lines(number * LINES_AN_UPLOAD, LINES_AN_UPLOAD),
                headers=operator.headers(f"long-{number}") | {"Content-Type": "application/jsonl"},
                timeout=3_600,
            )
            assert answer.status_code == 202, answer.text[:500]
            assert answer.json()["accepted"] == LINES_AN_UPLOAD
            while not operator.get(f"/v1/activities/uploads/{answer.json()['id']}")["complete"]:
                time.sleep(0.2)
            held.append(resident_bytes(process.pid))
    counts.note(
        "long intake",
        lines=LINES,
        first_mib=held[1] >> 20,
        last_mib=held[-1] >> 20,
    )
    assert held[-1] - held[1] < GROWTH_BYTES_MAX
