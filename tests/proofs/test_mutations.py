"""Mutated bundles: bytes, fields, order, duplicates, encodings. None is accepted, and none raises or hangs.

The bundles carry exactly the quorums, so that no signature is superfluous.
20,000 mutations in a usual run, a million with TANHUI_NIGHTLY; the JavaScript verifier gets a fiftieth of
them.
"""

import json
import os
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tanhui.proofs import canonical
from tanhui.proofs.verdicts import ValidAsOf
from tanhui.proofs.verify import verify
from tests.conftest import Counts
from tests.support import js_verifier, proof_world

NIGHTLY = os.environ.get("TANHUI_NIGHTLY") == "1"
MUTATIONS = 1_000_000 if NIGHTLY else 20_000
PRINTABLE = b'0123456789abcdefAZ+/=\\n"{}[],: '
SECONDS_EACH_MAX = 1.0
"""Of CPU: a busy machine is no hang."""
BUNDLES = [build().encode() for build in proof_world.BUNDLES.values()]


KNOWN_LINES = {
    one for data in BUNDLES for one in json.loads(data)["proof"].split("\n") if one.startswith("— ")
}


def flip_bit(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << rng.randrange(8),)) + data[at + 1 :]


def set_byte(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes((rng.choice(PRINTABLE),)) + data[at + 1 :]


def drop(data: bytes, rng: random.Random) -> bytes:
    at, count = rng.randrange(len(data)), rng.choice((1, 1, 2, 44, 45))
    return data[:at] + data[at + count :]


def insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return (
        data[:at]
        + rng.choice((b" ", b"\n", b"0", b"\\u0030", b"\x00", b"\xff", b'"', b"=", b"\xef\xbb\xbf"))
        + data[at:]
    )


def repeat_part(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    end = min(len(data), at + rng.randrange(1, 120))
    return data[:end] + data[at:end] + data[end:]


def swap_parts(data: bytes, rng: random.Random) -> bytes:
    a, b, c = sorted(rng.sample(range(len(data) + 1), 3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def splice(data: bytes, rng: random.Random) -> bytes:
    other = rng.choice(BUNDLES)
    at = rng.randrange(min(len(data), len(other)))
    return data[:at] + other[at:]


def walk(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [path, *(one for key in value for one in walk(value[key], (*path, key)))]
    if isinstance(value, list):
        return [path, *(one for at in range(len(value)) for one in walk(value[at], (*path, at)))]
    return [path]


def edit_field(data: bytes, rng: random.Random) -> bytes:
    """One value replaced, removed, retyped or duplicated, and the whole written canonically again."""
    value = json.loads(data)
    path = rng.choice([one for one in walk(value) if one])
    parent = value
    for step in path[:-1]:
        parent = parent[step]
    old = parent[path[-1]]
    others: list[Any] = [None, True, "", "0", [], {}, [old], {"a": old}, str(old) + "0", "00" + str(old)]
    if isinstance(old, str):
        others += [old.upper(), old[::-1], old[1:], old + "\n", " " + old, old.replace("0", "1", 1)]
    if rng.random() < 0.1:
        del parent[path[-1]]
    else:
        parent[path[-1]] = rng.choice(others)
    return canonical.jcs(value)


def edit_proof(data: bytes, rng: random.Random) -> bytes:
    """The proof's lines shuffled, doubled or dropped, the bundle canonical again."""
    value = json.loads(data)
    lines = value["proof"].split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    line = lines.pop(at)
    if rng.random() < 0.6:
        lines.insert(to, line)
    if rng.random() < 0.3:
        lines.insert(to, line)
    value["proof"] = "\n".join(lines)
    return canonical.jcs(value)


def reformat(data: bytes, rng: random.Random) -> bytes:
    value = json.loads(data)
    return rng.choice((
        lambda: json.dumps(value, ensure_ascii=False).encode(),
        lambda: json.dumps(value, separators=(",", ":")).encode(),
        lambda: json.dumps(value, ensure_ascii=False, indent=1).encode(),
        lambda: json.dumps(dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":")).encode(),
        lambda: data.decode().encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + data,
    ))()  # fmt: skip


MUTATORS: list[Callable[[bytes, random.Random], bytes]] = [
    flip_bit, flip_bit, set_byte, drop, insert, repeat_part, swap_parts, splice,
    edit_field, edit_field, edit_proof, reformat,
]  # fmt: skip


def shows_nothing_new(mutated: bytes) -> bool:
    """The freedoms that the formats give: what is accepted says nothing that an unchanged bundle does not
    say.

    Signature lines carry no order, may stand twice, and are ignored when the key is unknown (C2SP
    signed-note); and an optional part may be left out: the bundle then shows less, all of it true.
    """

    def normal(data: bytes) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(data)
        head, _, lines = value["proof"].rpartition("\n\n")
        value["proof"] = (head, sorted({one for one in lines.split("\n") if one in KNOWN_LINES}))
        del value["kind"]
        record = value.pop("record", {})
        return {**value, **{f"record.{name}": part for name, part in record.items()}}

    found = normal(mutated)
    return any(all(normal(one).get(name) == part for name, part in found.items()) for one in BUNDLES)


def mutations(count: int, seed: int) -> list[bytes]:
    rng = random.Random(seed)
    made = []
    for n in range(count):
        data = BUNDLES[n % len(BUNDLES)]
        for _ in range(rng.choice((1, 1, 1, 2))):
            try:
                data = rng.choice(MUTATORS)(data, rng)
            except (ValueError, KeyError, IndexError, AttributeError):
                data = flip_bit(data, rng) if data else b""
        made.append(data)
    return made


@pytest.mark.scales
@pytest.mark.parametrize("part", range(20))
def test_no_mutated_bundle_is_accepted(part: int, counts: Counts) -> None:
    free = 0
    for data in mutations(MUTATIONS // 20, part):
        start = time.process_time()
        verdict = verify(data, proof_world.ANCHORS)
        assert time.process_time() - start < SECONDS_EACH_MAX
        if isinstance(verdict, ValidAsOf) and data not in BUNDLES:
            assert shows_nothing_new(data), data
            free += 1
    counts.note("mutated bundles", tried=MUTATIONS // 20, accepted_showing_nothing_new=free)


@pytest.mark.scales
@pytest.mark.node_js
@pytest.mark.skipif(js_verifier.NODE is None, reason="Node.js is not installed")
def test_both_verifiers_judge_mutated_bundles_alike() -> None:
    data = mutations(max(400, MUTATIONS // 50), 99)
    answers = js_verifier.ask([js_verifier.question(one) for one in data])
    for one, answer in zip(data, answers, strict=True):
        assert answer["outcome"] == verify(one, proof_world.ANCHORS).outcome, one
