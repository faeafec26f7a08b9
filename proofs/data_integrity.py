"""W3C Data Integrity proofs by the cryptosuite eddsa-jcs-2022 (vc-di-eddsa section 3.3).

    signed bytes = SHA256(JCS(proof without proofValue)) ‖ SHA256(JCS(document without proof))

The proof's `@context`, where there is one, must begin the document's (section 3.3.2 step 4). Keys are
did:key.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tanhui.proofs import canonical, ed25519, multibase
from tanhui.proofs.errors import FormatError, SignatureError

CRYPTOSUITE = "eddsa-jcs-2022"
_FIXED = {"type": "DataIntegrityProof", "cryptosuite": CRYPTOSUITE, "proofPurpose": "assertionMethod"}


def verification_method(public_key: bytes) -> str:
    """The did:key URL of an Ed25519 key: `did:key:<multikey>#<multikey>`."""
    key = multibase.multikey(public_key)
    return f"did:key:{key}#{key}"


def add_proof(document: Mapping[str, Any], created: str, signer: ed25519.Ed25519Signer) -> dict[str, Any]:
    """The document with its proof; `created` is a dateTimeStamp like 2026-11-21T03:04:05Z.

    Raises:
        FormatError: the document has a proof already, or is no JSON.
    """
    if "proof" in document:
        raise FormatError("data_integrity.proof", "the document has a proof already")
    options: dict[str, Any] = {
        **_FIXED,
        "created": created,
        "verificationMethod": verification_method(signer.public_key),
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    value = multibase.encode(signer.sign(_hash_data(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def verify_proof(document: Mapping[str, Any], public_key: bytes) -> dict[str, Any]:
    """The document without its proof, once this key's proof on it verifies.

    Raises:
        FormatError: no proof, or one of another form.
        SignatureError: another key's, or a signature that does not verify.
    """
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise FormatError("data_integrity.proof", "the document has no proof, or several")
    if any(proof.get(key) != value for key, value in _FIXED.items()):
        raise FormatError("data_integrity.proof", f"the proof is no {CRYPTOSUITE} assertion")
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if method != verification_method(public_key):
        raise SignatureError("data_integrity.key", f"signed by {str(method)[:80]!r}")
    if "@context" in proof:
        _check_context(unsecured.get("@context"), proof["@context"])
        unsecured["@context"] = proof["@context"]
    if not isinstance(value, str):
        raise FormatError("data_integrity.proof", "no proofValue")
    if not ed25519.verify(public_key, _hash_data(unsecured, options), multibase.decode(value)):
        raise SignatureError("data_integrity.signature", "the proof does not verify")
    return unsecured


def _hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    return sha256(canonical.jcs(options)).digest() + sha256(canonical.jcs(document)).digest()


def _check_context(document: object, proof: object) -> None:
    ours = proof if isinstance(proof, list) else [proof]
    whole = document if isinstance(document, list) else [document]
    if whole[: len(ours)] != ours:
        raise FormatError("data_integrity.context", "the document's @context does not begin with the proof's")
