"""Asks the JavaScript verifier, in one Node process, as many questions as there are."""

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support import proof_vectors

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")


def ask(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    assert NODE is not None
    script, module = ROOT / "tests/proofs/js_runner.mjs", ROOT / "proofs/js/verify.js"
    lines = "".join(json.dumps(one) + "\n" for one in questions)
    done = subprocess.run(
        [NODE, "--no-warnings", script, module, proof_vectors.FILE],
        input=lines, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def question(bundle: bytes) -> dict[str, Any]:
    return {"bundle": b64encode(bundle).decode(), "anchors": "sample"}
