"""Reading FabricMSPConfig: authorities, revocation lists, organisational units (msp/mspimplsetup.go)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from fabric_protos.msp import msp_config_pb2

from tanhui.network.protocol.certificate_chain import (
    Node,
    Trust,
    certification_identifier,
    is_ecdsa_signed,
    is_self_signed,
    sanitize,
)
from tanhui.network.protocol.errors import ConfigError, IdentityError
from tanhui.network.protocol.identities import parse_certificate
from tanhui.network.protocol.principals import Role


@dataclass(frozen=True, slots=True)
class Authorities:
    """The tree of an MSP's authorities; `inner` are the DER of those that have authorities below them."""

    trust: Trust
    inner: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class NodeUnit:
    """The OU that tells a role apart, and the chain that must certify it: b"" for any."""

    name: str
    certifiers_identifier: bytes


@dataclass(frozen=True, slots=True)
class NodeUnits:
    """Which OUs tell clients, peers, admins and orderers apart, and whether that is enforced."""

    enforced: bool
    by_role: Mapping[Role, NodeUnit]
    by_name: Mapping[str, NodeUnit]

    def get(self, role: Role) -> NodeUnit | None:
        """The OU of a role, None where the MSP does not define it."""
        return self.by_role.get(role)


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list and the key identifier of the authority that is to have signed it."""

    crl: x509.CertificateRevocationList
    authority_key_id: bytes


def load_authorities(config: msp_config_pb2.FabricMSPConfig) -> Authorities:
    """Roots and intermediates, each an authority with a key identifier, signatures brought to low S.

    Raises:
        ConfigError: naming the certificate.
    """
    if not config.root_certs:
        raise ConfigError("root_certs", "at least one is required")
    given = Trust(
        _nodes(config.root_certs, "root_certs"), _nodes(config.intermediate_certs, "intermediate_certs")
    )
    trust = Trust(
        tuple(_sanitized(node, given, "root_certs") for node in given.roots),
        tuple(_sanitized(node, given, "intermediate_certs") for node in given.intermediates),
    )
    _check_tree(trust, "root_certs")
    inner: set[bytes] = set()
    for node in trust.intermediates:
        inner.update(parent.raw for parent in trust.chain(node)[1:])
    if config.tls_root_certs or config.tls_intermediate_certs:
        tls = Trust(
            _nodes(config.tls_root_certs, "tls_root_certs"),
            _nodes(config.tls_intermediate_certs, "tls_intermediate_certs"),
        )
        _check_tree(tls, "tls_root_certs")
    return Authorities(trust, frozenset(inner))


def _nodes(certificates: Iterable[bytes], field: str) -> tuple[Node, ...]:
    try:
        return tuple(Node.of(parse_certificate(pem)) for pem in certificates)
    except IdentityError as reason:
        raise ConfigError(field, str(reason)) from None


def _sanitized(node: Node, given: Trust, field: str) -> Node:
    certificate = node.certificate
    if not is_ecdsa_signed(certificate):
        return node
    try:
        if node.is_ca and is_self_signed(certificate):
            return Node.of(sanitize(certificate, certificate))
        chain = given.chain(node)
        return Node.of(sanitize(certificate, chain[1].certificate)) if len(chain) > 1 else node
    except IdentityError as reason:
        raise ConfigError(field, str(reason)) from None


def _check_tree(trust: Trust, field: str) -> None:
    """finalizeSetupCAs: each is an authority, has a key identifier, and leads to a root."""
    for node in (*trust.roots, *trust.intermediates):
        serial = f"{node.certificate.serial_number:x}"
        if not node.is_ca:
            raise ConfigError(field, f"certificate {serial} is no authority's")
        if node.subject_key_id is None:
            raise ConfigError(field, f"certificate {serial} has no subject key identifier")
        try:
            node.certificate.extensions.get_extension_for_class(x509.NameConstraints)
        except x509.ExtensionNotFound:
            pass
        else:
            raise ConfigError(
                field, f"certificate {serial} has name constraints, which are not supported here"
            )
        try:
            trust.chain(node)
        except IdentityError as reason:
            raise ConfigError(field, f"certificate {serial}: {reason}") from None


def load_crls(config: msp_config_pb2.FabricMSPConfig) -> tuple[RevocationList, ...]:
    """The revocation lists, in PEM or DER. Raises ConfigError."""
    found = []
    for position, data in enumerate(config.revocation_list):
        field = f"revocation_list[{position}]"
        try:
            is_pem = data.startswith(b"-----BEGIN")
            crl = x509.load_pem_x509_crl(data) if is_pem else x509.load_der_x509_crl(data)
            key_id = crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        except ValueError as reason:
            raise ConfigError(field, f"cannot be parsed: {reason}") from None
        except x509.ExtensionNotFound:
            raise ConfigError(field, "has no authority key identifier") from None
        found.append(RevocationList(crl, key_id or b""))
    return tuple(found)


def refuse_revoked(certificate: x509.Certificate, issuer: Node, crls: Iterable[RevocationList]) -> None:
    """validateCertAgainstChain: a list by the certificate's own issuer names it. Dates do not matter.

    Raises:
        IdentityError: the certificate is revoked, or its issuer has no key identifier.
    """
    if issuer.subject_key_id is None:
        raise IdentityError("certificate", "its issuer has no subject key identifier")
    for one in crls:
        if one.authority_key_id != issuer.subject_key_id:
            continue
        revoked = one.crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if revoked is not None and _signed_by(one.crl, issuer.certificate):
            raise IdentityError("certificate", "has been revoked")


def _signed_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # other keys raise
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def load_units(
    config: msp_config_pb2.FabricMSPConfig, authorities: Authorities, hash_name: str
) -> Mapping[str, frozenset[bytes]]:
    """OUs of which members carry one, and the chains that may certify each. Raises ConfigError."""
    found: dict[str, frozenset[bytes]] = {}
    for one in config.organizational_unit_identifiers:
        name = one.organizational_unit_identifier
        certifiers = _certifiers(one.certificate, authorities, hash_name, "organizational_unit_identifiers")
        found[name] = found.get(name, frozenset()) | {certifiers}
    return found


def load_node_units(
    config: msp_config_pb2.FabricMSPConfig, authorities: Authorities, hash_name: str
) -> NodeUnits:
    """setupNodeOUsV142. Raises ConfigError."""
    if not config.HasField("fabric_node_ous"):
        return NodeUnits(enforced=False, by_role={}, by_name={})
    given = config.fabric_node_ous
    by_role: dict[Role, NodeUnit] = {}
    fields = {
        Role.CLIENT: "client_ou_identifier",
        Role.PEER: "peer_ou_identifier",
        Role.ADMIN: "admin_ou_identifier",
        Role.ORDERER: "orderer_ou_identifier",
    }
    for role, field in fields.items():
        if given.HasField(field):  # type: ignore[arg-type]  # a field's name, from the table above
            unit: msp_config_pb2.FabricOUIdentifier = getattr(given, field)
            certifiers = (
                _certifiers(unit.certificate, authorities, hash_name, field) if unit.certificate else b""
            )
            by_role[role] = NodeUnit(unit.organizational_unit_identifier, certifiers)
    by_name = {unit.name: unit for unit in by_role.values()}
    return NodeUnits(enforced=given.enable and bool(by_role), by_role=by_role, by_name=by_name)


def _certifiers(pem: bytes, authorities: Authorities, hash_name: str, field: str) -> bytes:
    """getCertifiersIdentifier: the hash of an authority's chain; the authority is one of the MSP's own."""
    (node,) = _nodes([pem], field)
    clean = _sanitized(node, authorities.trust, field)
    if any(clean.raw == root.raw for root in authorities.trust.roots):
        return certification_identifier([clean], hash_name)
    if not any(clean.raw == one.raw for one in authorities.trust.intermediates):
        raise ConfigError(field, "its certificate is no root or intermediate of the MSP")
    chain = authorities.trust.chain(clean)
    if clean.raw in authorities.inner:
        raise ConfigError(field, "its certificate has authorities below it")
    return certification_identifier(chain, hash_name)
