"""The JavaScript verifier gives the Python one's answers, reasons included, on every published vector."""

import json
from typing import Any

import pytest

from tests.support import js_verifier, proof_vectors

VECTORS = json.loads(proof_vectors.FILE.read_text())
pytestmark = [
    pytest.mark.node_js,
    pytest.mark.skipif(js_verifier.NODE is None, reason="Node.js is not installed"),
]


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    cases = VECTORS["cases"]
    return dict(zip([one["name"] for one in cases], js_verifier.ask(cases), strict=True))


@pytest.mark.parametrize("one", VECTORS["cases"], ids=lambda one: one["name"])
def test_vector(one: dict[str, Any], answers: dict[str, dict[str, Any]]) -> None:
    found = answers[one["name"]]
    assert {key: found.get(key) for key in one["expect"]} == one["expect"], found.get("detail")


def test_what_a_valid_bundle_opens_is_told(answers: dict[str, dict[str, Any]]) -> None:
    assert answers["valid_retirement"]["opened"] == {"beneficiary.person": "张三，510100"}
    assert answers["valid_retirement"]["issuer"] == "registry"
    assert answers["valid_own_record"]["opened"] == {"record": "person 4711"}
    assert json.loads(json.dumps(answers["valid_inclusion"]["leaf"]))["code"] == "0"
