"""The published bundle vectors, on the Python verifier; the JavaScript one runs the same file (test_js)."""

import json
from base64 import b64decode
from typing import Any

import pytest

from tanhui.proofs import anchors, canonical, checkpoints, verdicts
from tanhui.proofs.verify import Saved, verify
from tests.support import proof_vectors

VECTORS = json.loads(proof_vectors.FILE.read_text())


def judged(one: dict[str, Any]) -> verdicts.Verdict:
    options = dict(one.get("options", {}))
    if "saved" in options:
        before = options["saved"]
        proof = [canonical.parse_base64(item) for item in before["consistency"]]
        options["saved"] = Saved(checkpoints.parse(before["checkpoint"].encode()), proof)
    trusted = anchors.parse(json.dumps(VECTORS["anchors"][one["anchors"]]).encode())
    return verify(b64decode(one["bundle"]), trusted, **options)


def as_json(verdict: verdicts.Verdict) -> dict[str, Any]:
    """A verdict in the words of the vectors."""
    match verdict:
        case verdicts.ValidAsOf():
            return {"outcome": "valid", "size": str(verdict.size), "time": str(verdict.time)}
        case verdicts.Invalid():
            return {"outcome": "invalid", "reason": verdict.reason}
        case verdicts.Insufficient():
            return {"outcome": "insufficient", "missing": list(verdict.missing)}


@pytest.mark.parametrize("one", VECTORS["cases"], ids=lambda one: one["name"])
def test_vector(one: dict[str, Any]) -> None:
    assert as_json(judged(one)) == one["expect"]


def test_the_published_file_is_what_the_code_makes() -> None:
    assert proof_vectors.FILE.read_text() == proof_vectors.render()


def test_what_a_valid_bundle_opens_is_told() -> None:
    found = {one["name"]: judged(one) for one in VECTORS["cases"] if one["name"].startswith("valid_")}
    retired, record = found["valid_retirement"], found["valid_own_record"]
    assert isinstance(retired, verdicts.ValidAsOf)
    assert retired.opened == {"beneficiary.person": "张三，510100"}
    assert retired.issuer == "registry"
    assert isinstance(record, verdicts.ValidAsOf)
    assert record.opened == {"record": "person 4711"}
