"""The retirement certificate: a W3C Verifiable Credential whose every field is derived from the ledger.

`derive` is the whole of it: a certificate is right when it equals what is derived from the leaf and the
effects that its bundle proves. Its id is the transaction and the effect's place in it, so that one
retirement has one certificate. The registry's signature says who issued it; what makes it true is the rest
of the bundle.
"""

from collections.abc import Mapping
from typing import Any

from tanhui.proofs import data_integrity, ed25519, effects, multibase
from tanhui.proofs.anchors import Issuer
from tanhui.proofs.effects.retirements import CreditsRetired
from tanhui.proofs.errors import ProofError, SignatureError
from tanhui.proofs.leaf import Leaf

CONTEXT = ["https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:tanhui:certificate:v1#"}]
"""The second entry gives the ledger's own words a place without a foreign host."""

TYPES = ["VerifiableCredential", "RetirementCertificate"]


def certificate_id(leaf: Leaf, index: int) -> str:
    """The certificate's id: ledger, transaction, and the effect's place in it."""
    return f"urn:tanhui:retirement:{leaf.genesis.hex()}:{leaf.txid}:{index}"


def derive(leaf: Leaf, index: int, effect: CreditsRetired, issuer_key: bytes) -> dict[str, Any]:
    """The certificate without its proof. The day is the ledger's, in UTC+8."""
    retired = effects.to_json(effect)
    assert isinstance(retired, dict)
    subject = {
        "type": "Retirement",
        "channel": leaf.channel,
        "transaction": leaf.txid,
        "block": str(leaf.block),
        **{key: value for key, value in retired.items() if key != "kind"},
    }
    return {
        "@context": CONTEXT,
        "id": certificate_id(leaf, index),
        "type": TYPES,
        "issuer": f"did:key:{multibase.multikey(issuer_key)}",
        "validFrom": f"{effect.day}T00:00:00+08:00",
        "credentialSubject": subject,
    }


def issue(
    leaf: Leaf, index: int, effect: CreditsRetired, created: str, signer: ed25519.Ed25519Signer
) -> dict[str, Any]:
    """The signed certificate; `created` is an XML Schema dateTimeStamp in UTC.

    Raises:
        FormatError: the effect is out of its bounds.
    """
    return data_integrity.add_proof(derive(leaf, index, effect, signer.public_key), created, signer)


def check(
    found: Mapping[str, Any], leaf: Leaf, index: int, effect: CreditsRetired, issuers: tuple[Issuer, ...]
) -> Issuer:
    """The issuer whose certificate this is, once it is the one that ledger and effects demand.

    Raises:
        SignatureError: no known issuer signed it, or the signature fails.
        ProofError: a field differs from what is derived.
        FormatError: no certificate.
    """
    for issuer in issuers:
        expected = derive(leaf, index, effect, issuer.public_key)
        if found.get("issuer") != expected["issuer"]:
            continue
        unsecured = data_integrity.verify_proof(found, issuer.public_key)
        # The proof's @context may be but the beginning of the document's: what follows it nobody signed.
        unsecured["@context"] = found.get("@context")
        for key in sorted({*expected, *unsecured}):
            if key not in expected or unsecured.get(key) != expected[key]:
                raise ProofError("certificate.field", f"{key} is not what the ledger says")
        return issuer
    raise SignatureError("certificate.issuer", f"issuer {str(found.get('issuer'))[:80]!r} is not known")
