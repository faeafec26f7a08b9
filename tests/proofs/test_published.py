"""The vectors that the specifications publish; where each comes from stands beside it in the file."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tanhui.proofs import canonical, cosignatures, data_integrity, ed25519, keys, multibase, notes, tiles
from tanhui.proofs.errors import FormatError, SignatureError
from tests.support import js_verifier

PUBLISHED: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors/published.json").read_text())


@pytest.mark.parametrize("one", PUBLISHED["ed25519"], ids=lambda one: one["case"])
def test_ed25519_edge_case(one: dict[str, Any]) -> None:
    parts = (bytes.fromhex(one[name]) for name in ("key", "message", "signature"))
    assert ed25519.verify(*parts) is one["valid"]


@pytest.mark.parametrize("one", PUBLISHED["rfc8785"], ids=lambda one: one["source"])
def test_rfc_8785_example(one: dict[str, Any]) -> None:
    assert canonical.jcs(json.loads(one["value"])).decode() == one["canonical"]


@pytest.mark.parametrize("one", PUBLISHED["signed_note"], ids=lambda one: one["source"])
def test_signed_note(one: dict[str, Any]) -> None:
    key, data = keys.parse_vkey(one["key"]), one["note"].encode()
    note, verified = notes.open_note(data, [key])
    assert [found.key for found in verified] == [key]
    assert note.encode() == data
    assert key.vkey == one["key"]
    if "secret" in one:
        signer = keys.parse_secret(one["secret"])
        assert notes.Note(note.text, (notes.signature(note.text, signer),)).encode() == data
        seed = canonical.parse_base64(one["secret"].split("+", 4)[4])[1:]
        assert keys.secret_text(signer.key, seed) == one["secret"]
    for at in range(len(note.text)):
        changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        with pytest.raises((SignatureError, FormatError)):
            notes.open_note(changed, [key])


@pytest.mark.parametrize("one", PUBLISHED["cosignature_times"], ids=lambda one: one["source"])
def test_cosignature_time(one: dict[str, Any]) -> None:
    assert cosignatures.time_of(canonical.parse_base64(one["signature"])[4:]) == int(one["time"])


@pytest.mark.parametrize("vkey", PUBLISHED["cosigner_keys"])
def test_cosigner_key(vkey: str) -> None:
    key = keys.parse_vkey(vkey)
    assert key.key_type is keys.KeyType.COSIGNATURE
    assert key.vkey == vkey


@pytest.mark.parametrize("one", PUBLISHED["eddsa_jcs_2022"], ids=lambda one: one["source"])
def test_eddsa_jcs_2022(one: dict[str, Any]) -> None:
    public_key = multibase.parse_multikey(one["key"])
    signer = ed25519.MemorySigner(multibase.decode(one["private"])[2:])
    assert signer.public_key == public_key
    signed = data_integrity.add_proof(one["document"], one["created"], signer)
    options = {key: value for key, value in signed["proof"].items() if key != "proofValue"}
    assert sha256(canonical.jcs(one["document"])).hexdigest() == one["document_hash"]
    assert sha256(canonical.jcs(options)).hexdigest() == one["proof_hash"]
    assert multibase.decode(signed["proof"]["proofValue"]).hex() == one["signature"]
    assert signed["proof"]["proofValue"] == one["proof_value"]
    assert data_integrity.verify_proof(signed, public_key) == one["document"]
    with pytest.raises(SignatureError, match=r"data_integrity\.signature"):
        data_integrity.verify_proof({**signed, "name": "Other"}, public_key)


@pytest.mark.node_js
@pytest.mark.skipif(js_verifier.NODE is None, reason="Node.js is not installed")
def test_eddsa_jcs_2022_in_javascript() -> None:
    one = PUBLISHED["eddsa_jcs_2022"][0]
    signer = ed25519.MemorySigner(multibase.decode(one["private"])[2:])
    signed = data_integrity.add_proof(one["document"], one["created"], signer)
    changed = {**signed, "name": "Other"}
    answers = js_verifier.ask([{"document": document, "key": one["key"]} for document in (signed, changed)])
    assert answers == [{"outcome": "valid"}, {"outcome": "invalid", "reason": "data_integrity.signature"}]


@pytest.mark.node_js
@pytest.mark.skipif(js_verifier.NODE is None, reason="Node.js is not installed")
def test_ed25519_edge_cases_in_javascript() -> None:
    names = ("key", "message", "signature")
    answers = js_verifier.ask([{"ed25519": [one[name] for name in names]} for one in PUBLISHED["ed25519"]])
    assert [one["valid"] for one in answers] == [one["valid"] for one in PUBLISHED["ed25519"]]


@pytest.mark.parametrize("one", PUBLISHED["tiles"], ids=lambda one: one["path"])
def test_tile_path(one: dict[str, Any]) -> None:
    assert tiles.TileId(0, int(one["index"])).path() == one["path"]
    assert tiles.parse_path(one["path"]) == tiles.TileId(0, int(one["index"]))
