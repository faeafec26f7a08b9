"""From a certificate to a root that an MSP trusts, as Go's x509.Certificate.Verify finds the way.

Sources: msp/mspimpl.go (getUniqueValidationChain), Go's crypto/x509/verify.go. Time is the certificate's own
NotBefore + 1 s, so that a block is judged alike whenever it is replayed: expiry is an ingress check. Go asks
for the extended usage server authentication where a certificate restricts its usages, and so does this.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, SignatureAlgorithmOID

from tanhui.network.protocol.der import der_element
from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.identities import parse_certificate_der
from tanhui.network.protocol.signatures import low_s

ExtensionT = TypeVar("ExtensionT", bound=x509.ExtensionType)

CHAIN_CERTIFICATES_MAX = 10
"""Certificates from leaf to root; Fabric's organisations have two or three."""

ECDSA_SIGNED = frozenset(
    {
        SignatureAlgorithmOID.ECDSA_WITH_SHA1,
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    }
)

_HANDLED_CRITICAL = frozenset(
    {
        ExtensionOID.KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)


@dataclass(frozen=True, slots=True)
class Node:
    """A certificate with what chain building asks of it, read once."""

    certificate: x509.Certificate
    raw: bytes
    subject: bytes
    issuer: bytes
    has_constraints: bool
    is_ca: bool
    path_length: int | None
    may_sign: bool
    subject_key_id: bytes | None

    @classmethod
    def of(cls, certificate: x509.Certificate) -> "Node":
        """Read a certificate; raises IdentityError where it uses what this library refuses."""
        extensions = certificate.extensions
        constraints = _extension(extensions, x509.BasicConstraints)
        usage = _extension(extensions, x509.KeyUsage)
        key_id = _extension(extensions, x509.SubjectKeyIdentifier)
        for extension in extensions:
            if extension.critical and extension.oid not in _HANDLED_CRITICAL:
                raise IdentityError(
                    "certificate.extensions", f"{extension.oid.dotted_string} is critical, unknown"
                )
        return cls(
            certificate=certificate,
            raw=certificate.public_bytes(Encoding.DER),
            subject=certificate.subject.public_bytes(),
            issuer=certificate.issuer.public_bytes(),
            has_constraints=constraints is not None,
            is_ca=constraints is not None and constraints.ca,
            path_length=constraints.path_length if constraints is not None else None,
            may_sign=usage is None or usage.key_cert_sign,
            subject_key_id=key_id.digest if key_id is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots and intermediates of one MSP."""

    roots: tuple[Node, ...]
    intermediates: tuple[Node, ...]

    def chain(self, leaf: Node) -> tuple[Node, ...]:
        """The one chain from `leaf` to a root, both included.

        Raises:
            IdentityError: there is no chain, or more than one.
        """
        moment = leaf.certificate.not_valid_before_utc + datetime.timedelta(seconds=1)
        _check_node(leaf, (), moment, intermediate=False)
        if any(leaf.raw == root.raw for root in self.roots):
            found: list[tuple[Node, ...]] = [(leaf,)]
        else:
            found = self._extend((leaf,), moment)
        chains = [chain for chain in found if all(_allows_server_usage(node) for node in chain)]
        if not chains:
            raise IdentityError(
                "certificate", "is signed by no authority of this MSP, valid at its NotBefore"
            )
        if len(chains) != 1:
            raise IdentityError("certificate", f"has {len(chains)} chains to roots, Fabric supports one")
        return chains[0]

    def _extend(self, chain: tuple[Node, ...], moment: datetime.datetime) -> list[tuple[Node, ...]]:
        if len(chain) >= CHAIN_CERTIFICATES_MAX:
            return []
        found = []
        child = chain[-1]
        for position, candidate in enumerate((*self.roots, *self.intermediates)):
            if candidate.subject != child.issuer or any(candidate.raw == node.raw for node in chain):
                continue
            is_root = position < len(self.roots)
            try:
                _check_signed_by(child, candidate)
                _check_node(candidate, chain, moment, intermediate=not is_root)
            except IdentityError:
                continue
            longer = (*chain, candidate)
            found += [longer] if is_root else self._extend(longer, moment)
        return found


def certification_identifier(chain: Sequence[Node], hash_name: str = "sha256") -> bytes:
    """Hash over the DER of a chain, the identity's own certificate left out by the caller (certifiers id)."""
    digest = hashlib.new(hash_name)
    for node in chain:
        digest.update(node.raw)
    return digest.digest()


def sanitize(certificate: x509.Certificate, issuer: x509.Certificate) -> x509.Certificate:
    """The certificate with the authority's ECDSA signature in low S (sanitizeECDSASignedCert)."""
    key = issuer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise IdentityError("certificate", "is ECDSA-signed by an authority without an ECDSA key")
    signature = low_s(certificate.signature, key.curve.name)
    if signature == certificate.signature:
        return certificate
    raw = certificate.public_bytes(Encoding.DER)
    signed = certificate.tbs_certificate_bytes
    start = raw.index(signed) + len(signed)
    algorithm = raw[start : start + 2 + raw[start + 1]]
    return parse_certificate_der(
        der_element(0x30, signed + algorithm + der_element(0x03, b"\x00" + signature))
    )


def is_ecdsa_signed(certificate: x509.Certificate) -> bool:
    """Whether the authority signed with ECDSA (msp/cert.go, isECDSASignedCert)."""
    return certificate.signature_algorithm_oid in ECDSA_SIGNED


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether the certificate's own key signed it."""
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _extension(extensions: x509.Extensions, kind: type[ExtensionT]) -> ExtensionT | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _check_node(
    node: Node, below: tuple[Node, ...], moment: datetime.datetime, *, intermediate: bool
) -> None:
    """Go's Certificate.isValid: time, authority, path length. `below` are the certificates under it."""
    certificate = node.certificate
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise IdentityError("certificate", f"an authority is not valid at {moment.isoformat()}")
    if intermediate and not (node.has_constraints and node.is_ca):
        raise IdentityError("certificate", "an intermediate is no authority")
    if node.has_constraints and node.path_length is not None and len(below) - 1 > node.path_length:
        raise IdentityError("certificate", f"more intermediates than path length {node.path_length}")


def _check_signed_by(child: Node, parent: Node) -> None:
    """Go's Certificate.CheckSignatureFrom."""
    if not parent.has_constraints or not parent.is_ca or not parent.may_sign:
        raise IdentityError("certificate", "its issuer may not sign certificates")
    try:
        algorithm = child.certificate.signature_hash_algorithm
        if isinstance(algorithm, (hashes.SHA1, hashes.MD5)):
            raise IdentityError("certificate", f"is signed over {algorithm.name}")
        child.certificate.verify_directly_issued_by(parent.certificate)
    except IdentityError:
        raise
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        raise IdentityError("certificate", "is not signed by its issuer's key") from None


def _allows_server_usage(node: Node) -> bool:
    usages = _extension(node.certificate.extensions, x509.ExtendedKeyUsage)
    return usages is None or any(
        usage in (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
        for usage in usages
    )
