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
UPLOADS = 10
LINES_AN_UPLOAD = LINES // UPLOADS
LINES_A_PERSON = 50
PEOPLE = LINES // LINES_A_PERSON
VISITS_A_DAY = 10
POINTS_A_LINE = 12
PEOPLE_LOOKED_AT = 20
DAY_S = 86_400
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
    """JSON lines in chunks of a thousand: each person visits ten times a day, each time in a slot of its own."""
    start = int(time.time()) // DAY_S * DAY_S - 30 * DAY_S
    for some in _batched(range(first, first + count)):
        made = (
            {
                "account": account(n % PEOPLE),
                "when": start + n // PEOPLE // VISITS_A_DAY * DAY_S + n // PEOPLE % VISITS_A_DAY * 1_800,
                "inputs": {"visits": "1"},
            }
            for n in some
        )
        yield b"".join(json.dumps(one).encode() + b"\n" for one in made)


def account(number: int) -> str:
    return f"{number + 1:032x}"


def _batched(numbers: range) -> Iterator[range]:
    for at in range(0, len(numbers), 1_000):
        yield numbers[at : at + 1_000]


@pytest.mark.scales
def test_memory_stays_steady_over_a_long_intake(tmp_path: Path, counts: Counts) -> None:
    data = tmp_path / "data"
    with registry(data) as (url, process):
        operator = Client(url, data, "operator-recorder")
        for at in range(0, PEOPLE, 500):
            some = range(at, min(at + 500, PEOPLE))
            people = [{"account": account(n), "holder": "person"} for n in some]
            operator.done(ACCOUNTS, f"open-{at}", {"accounts": people})
        held: list[int] = []
        for number in range(UPLOADS):
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
            print(f"{(number + 1) * LINES_AN_UPLOAD} lines: {held[-1] >> 20} MiB", flush=True)
        for n in range(0, PEOPLE, PEOPLE // PEOPLE_LOOKED_AT):
            points = operator.get(f"{ACCOUNTS}/{account(n)}")["points"]
            assert points == str(LINES_A_PERSON * POINTS_A_LINE), "every line counts, once"
    counts.note(
        "long intake",
        lines=LINES,
        people=PEOPLE,
        resident_mib=" ".join(str(one >> 20) for one in held),
    )
    assert held[-1] - held[1] < GROWTH_BYTES_MAX
