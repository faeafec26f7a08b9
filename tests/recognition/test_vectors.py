"""The published vectors of mutual recognition: what the code computes, and that the file says the same."""

import json
from base64 import b64decode
from typing import Any

import pytest

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.recognition.terms import terms_hash
from tanhui.proofs import anchors, keys, rulings, same_person
from tanhui.proofs.errors import ProofError
from tanhui.proofs.policy import Quorum
from tanhui.proofs.verdicts import Insufficient, Invalid
from tanhui.proofs.verify import verify
from tests.support import recognition_vectors

VECTORS = json.loads(recognition_vectors.FILE.read_text("utf-8"))


def test_the_published_file_is_what_the_code_makes() -> None:
    assert recognition_vectors.FILE.read_text("utf-8") == recognition_vectors.render()


def test_terms_hash_as_published() -> None:
    for one in VECTORS["terms"]:
        assert canonical_json(one["terms"]).decode() == one["canonical"]
        assert terms_hash(one["canonical"].encode()).hex() == one["hash"]


@pytest.mark.parametrize("one", VECTORS["proofs"], ids=lambda one: one["name"])
def test_a_proof_gets_its_verdict(one: dict[str, Any]) -> None:
    trusted = anchors.parse(json.dumps(VECTORS["anchors"][one["anchors"]]).encode())
    verdict = verify(b64decode(one["bundle"]), trusted)
    expect = one["expect"]
    assert verdict.outcome == expect["outcome"]
    if isinstance(verdict, Invalid):
        assert verdict.reason == expect["reason"]
    elif isinstance(verdict, Insufficient):
        assert list(verdict.missing) == expect["missing"]
    else:
        assert list(verdict.effects) == expect["effects"]


@pytest.mark.parametrize("one", VECTORS["same_person"] + VECTORS["rulings"], ids=lambda one: one["name"])
def test_a_note_says_what_it_says(one: dict[str, Any]) -> None:
    known = [keys.parse_vkey(text) for text in one["keys"]]
    note = one["note"].encode()
    try:
        if "threshold" not in one:
            said = same_person.check(note, known).person.hex()
        elif one["name"].startswith("a dispute upheld"):
            said = rulings.check_dispute(note, Quorum(int(one["threshold"]), tuple(known))).reason
        else:
            said = rulings.check(note, Quorum(int(one["threshold"]), tuple(known))).reason
        found = {"outcome": "valid", "says": said}
    except ProofError as error:
        found = {"outcome": "invalid", "reason": error.reason}
    assert found == one["expect"]


def test_there_is_a_case_of_each_outcome() -> None:
    assert {one["expect"]["outcome"] for one in VECTORS["proofs"]} == {"valid", "invalid", "insufficient"}
    assert {one["expect"]["outcome"] for one in VECTORS["rulings"]} == {"valid", "invalid"}
