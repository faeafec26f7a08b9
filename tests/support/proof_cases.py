"""What a vector is: one question to a verifier, and how the bundles in question are bent."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tanhui.proofs import canonical
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.bundles import Bundle
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.notes import Note
from tests.support import proof_world as w


@dataclass(frozen=True)
class Case:
    """One question to a verifier and its only right answer."""

    bundle: bytes
    expect: dict[str, Any]
    anchors: Anchors = w.ANCHORS
    options: dict[str, Any] = field(default_factory=dict)


CASES: dict[str, Callable[[], Case]] = {}


def case(build: Callable[[], Case]) -> Callable[[], Case]:
    CASES[build.__name__] = build
    return build


def valid(bundle: Bundle, anchors: Anchors = w.ANCHORS, **options: Any) -> Case:
    expect = {"outcome": "valid", "size": str(w.SIZE), "time": str(w.TIME)}
    return Case(bundle.encode(), expect, anchors, options)


def invalid(bundle: Bundle | bytes, reason: str, anchors: Anchors = w.ANCHORS, **options: Any) -> Case:
    data = bundle if isinstance(bundle, bytes) else bundle.encode()
    return Case(data, {"outcome": "invalid", "reason": reason}, anchors, options)


def insufficient(bundle: Bundle, *missing: str) -> Case:
    return Case(bundle.encode(), {"outcome": "insufficient", "missing": list(missing)})


def with_checkpoint(bundle: Bundle, checkpoint: Note) -> Bundle:
    return replace(bundle, proof=replace(bundle.proof, checkpoint=checkpoint))


def edited(bundle: Bundle, edit: Callable[[dict[str, Any]], None]) -> bytes:
    """The bundle with its JSON changed, written canonically again."""
    value = json.loads(bundle.encode())
    edit(value)
    return canonical.jcs(value)


def swapped(bundle: Bundle, old: str, new: str) -> bytes:
    data = bundle.encode()
    assert data.count(old.encode()) >= 1, old
    return data.replace(old.encode(), new.encode())


def saved(checkpoint: Checkpoint, proof: list[bytes]) -> dict[str, Any]:
    return {"checkpoint": checkpoint.text().decode(), "consistency": [canonical.base64(one) for one in proof]}


def flip(text: str) -> str:
    """Lowercase hex with its first digit changed."""
    return ("1" if text[0] == "0" else "0") + text[1:]
