"""Parsers under random input raise this package's error or nothing; and the package stands alone."""

import ast
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.proofs import (
    anchors,
    bundles,
    canonical,
    checkpoints,
    effects,
    gossip,
    keys,
    leaf,
    multibase,
    notes,
    tiles,
    tlog_proof,
    witness,
)
from tanhui.proofs.errors import ProofError
from tests.support import proof_world as w

PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "anchors": (anchors.parse, w.ANCHORS.file()),
    "bundle": (bundles.parse, w.retirement().encode()),
    "canonical": (canonical.parse, w.LEAVES[1].encode()),
    "checkpoint": (checkpoints.parse, w.cosigned().text),
    "effects": (effects.parse, w.DOCUMENTS[5]),
    "entries": (lambda data: tiles.parse_entries(data, 3), tiles.encode_entries([b"a", b"bc", b""])),
    "fork": (gossip.parse, gossip.ForkEvidence(w.cosigned(), w.cosigned(7)).encode()),
    "leaf": (leaf.parse, w.LEAVES[1].encode()),
    "multikey": (
        lambda data: multibase.parse_multikey(data.decode("latin-1")),
        b"z6MkrJVnaZkeFzdQyMZu1cgjg7k1",
    ),
    "note": (notes.parse, w.cosigned().encode()),
    "request": (witness.parse_request, b"old 0\n\n" + w.cosigned().encode()),
    "tile path": (lambda data: tiles.parse_path(data.decode("latin-1")), b"tile/0/x001/002.p/7"),
    "tlog proof": (tlog_proof.parse, w.proof(3).encode()),
    "vkey": (lambda data: keys.parse_vkey(data.decode("latin-1")), w.LOG.key.vkey.encode()),
}


ENCODERS: dict[str, Callable[[Any], bytes]] = {
    "bundle": lambda answer: answer.encode(),
    "canonical": canonical.encode,
    "entries": tiles.encode_entries,
    "leaf": lambda answer: answer.encode(),
    "note": lambda answer: answer.encode(),
    "tlog proof": lambda answer: answer.encode(),
}
"""Formats in which one meaning has one form: what was read from others' bytes is written as they were."""
REASON = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
WHOLE = bundles.BUNDLE_BYTES_MAX - 100
VALUES = canonical.VALUES_MAX - 10
PARSER_BYTES_MAX = 200 << 20
TRACED = ("objects", "one long text", "escapes")
"""Those of which memory is measured: the largest by values, by bytes, and by what decoding makes of them."""
PARSER_S_MAX = 5.0
"""Of CPU: under a second on a machine alone, and more than one where a neighbour shares its cores; what grows with
the square of these sizes takes minutes."""
HOSTILE: dict[str, Callable[[], bytes]] = {
    "objects": lambda: b"[" + b"{}," * (VALUES // 2) + b"{}]",
    "lists": lambda: b"[" + b"[]," * (VALUES // 2) + b"[]]",
    "more lists": lambda: b"[" + b"[]," * (WHOLE // 3) + b"[]]",
    "deep lists": lambda: b"[" * VALUES,
    "deep objects": lambda: b'{"a":' * VALUES,
    "names": lambda: b"{" + b",".join(b'"%07x":""' % at for at in range(VALUES)) + b"}",
    "the last name twice": lambda: (
        b"{" + b",".join(b'"%07x":""' % at for at in range(VALUES)) + b',"%07x":""}' % (VALUES - 1)
    ),
    "one long text": ('["' + "\U0001d11e" * (WHOLE // 4) + '"]').encode,
    "escapes": lambda: b'["' + b"\\u0041" * (WHOLE // 6) + b'"]',
    "backslashes": lambda: b'["' + b"\\\\" * (WHOLE // 2) + b'"]',
    "quotes": lambda: b'["' + b'\\"' * (WHOLE // 2) + b'"]',
    "one long number": lambda: b"[" + b"9" * WHOLE + b"]",
    "white space": lambda: b" " * WHOLE,
}


def answer_or_reason(parse: Callable[[bytes], object], data: bytes) -> tuple[object, str | None]:
    """What was read, or why nothing was; any other exception is a fault."""
    try:
        return parse(data), None
    except ProofError as refused:
        return None, refused.reason


@pytest.mark.parametrize("name", PARSERS)
@settings(deadline=None)
@given(data=st.data())
def test_a_parser_answers_or_refuses(name: str, data: st.DataObject) -> None:
    parse, good = PARSERS[name]
    at = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(at, min(len(good), at + 40)))
    for made in (
        data.draw(st.binary(max_size=60)),
        good[:at] + data.draw(st.binary(max_size=20)) + good[end:],
    ):
        answer, reason = answer_or_reason(parse, made)
        assert (answer, reason) == answer_or_reason(parse, made), "the same bytes mean the same"
        assert reason is None or REASON.fullmatch(reason), reason
        if reason is None and name in ENCODERS:
            assert ENCODERS[name](answer) == made, "one meaning has one form"


@pytest.mark.parametrize(
    "hostile", [b"[" * 100_000, b'{"a":' * 50_000, b'"' + b"\\ud800" * 10 + b'"', b"9" * 100_000]
)
def test_deep_long_and_broken_json_is_refused(hostile: bytes) -> None:
    with pytest.raises(ProofError):
        canonical.parse(hostile)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_time_and_memory(name: str) -> None:
    """Within BUNDLE_BYTES_MAX the worst that we could think of: parsed in no second, in bounded memory."""
    made = HOSTILE[name]()
    assert len(made) <= bundles.BUNDLE_BYTES_MAX
    began = time.process_time()
    with pytest.raises(ProofError):
        bundles.parse(made)
    took_s = time.process_time() - began
    assert took_s < PARSER_S_MAX, f"{took_s} s"
    if name not in TRACED:
        return
    tracemalloc.start()
    with pytest.raises(ProofError):
        bundles.parse(made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < PARSER_BYTES_MAX, f"{peak:,} bytes"


def test_the_package_needs_nothing_but_its_two_libraries() -> None:
    allowed = {*sys.stdlib_module_names, "nacl", "rfc8785"} - {"socket", "http", "urllib", "ssl", "asyncio"}
    for path in (Path(__file__).parents[2] / "proofs").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for name in found:
                assert name.startswith("tanhui.proofs") or name.split(".")[0] in allowed, f"{path}: {name}"
