"""Membership service providers: who belongs to an organisation, and in which role.

Sources: msp/mspimplsetup.go (setup V1_4_3 and V3), msp/mspimpl.go (principals), msp/mspimplvalidate.go.
An MSP is one organisation at one configuration of the channel. It never changes; any thread may use it.
"""

import datetime
from collections.abc import Iterable, Mapping
from enum import IntEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from fabric_protos.msp import identities_pb2, msp_config_pb2

from tanhui.network.protocol.cache import BoundedCache
from tanhui.network.protocol.certificate_chain import (
    Node,
    certification_identifier,
    is_ecdsa_signed,
    sanitize,
)
from tanhui.network.protocol.errors import ConfigError, IdentityError
from tanhui.network.protocol.identities import (
    decode_pem,
    parse_certificate,
    parse_certificate_der,
    parse_identity,
)
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.msp_identity import MspIdentity
from tanhui.network.protocol.msp_setup import (
    Authorities,
    NodeUnits,
    load_authorities,
    load_crls,
    load_node_units,
    load_units,
    refuse_revoked,
)
from tanhui.network.protocol.principals import Role
from tanhui.network.protocol.signatures import without_trailing

IDENTITIES_CACHED_MAX = 4096
"""Identities an MSP manager keeps validated; one takes about 4 KB."""

_HASHES = {"SHA256": "sha256", "SHA384": "sha384", "SHA3_256": "sha3_256", "SHA3_384": "sha3_384"}


class MspVersion(IntEnum):
    """How an MSP behaves, by the channel's capability (common/capabilities/channel.go, MSPVersion)."""

    V1_4_3 = 3
    V3_0 = 4


class Msp:
    """One organisation's MSP, from its configuration in the channel."""

    def __init__(self, config: msp_config_pb2.FabricMSPConfig, version: MspVersion = MspVersion.V3_0) -> None:
        """Check the whole configuration, as `Setup` does.

        Raises:
            ConfigError: naming the field of FabricMSPConfig.
        """
        self.msp_id: str = config.name
        self.version = version
        crypto = config.crypto_config
        self.hash_family: str = crypto.signature_hash_family or "SHA2"
        hash_name = crypto.identity_identifier_hash_function or "SHA256"
        if self.hash_family not in ("SHA2", "SHA3") or hash_name not in _HASHES:
            raise ConfigError("crypto_config", f"hash {self.hash_family} or {hash_name} is not known")
        self.identifier_hash: str = _HASHES[hash_name]
        self.authorities: Authorities = load_authorities(config)
        self.crls = load_crls(config)
        for authority in (*self.authorities.trust.roots, *self.authorities.trust.intermediates):
            chain = self.authorities.trust.chain(authority)
            if len(chain) > 1:
                refuse_revoked(authority.certificate, chain[1], self.crls)
        self.units: Mapping[str, frozenset[bytes]] = load_units(
            config, self.authorities, self.identifier_hash
        )
        self.node_units: NodeUnits = load_node_units(config, self.authorities, self.identifier_hash)
        self.tls_root_certificates: tuple[bytes, ...] = tuple(config.tls_root_certs)
        self.tls_intermediate_certificates: tuple[bytes, ...] = tuple(config.tls_intermediate_certs)
        self.admins: frozenset[bytes] = frozenset()
        admins = [self.deserialize_certificate(pem) for pem in config.admins]
        if not admins and (not self.node_units.enforced or self.node_units.get(Role.ADMIN) is None):
            raise ConfigError("admins", "must be declared where no admin OU tells administrators apart")
        for position, admin in enumerate(admins):
            self._check_admin(admin, position)
        self.admins = frozenset(admin.raw for admin in admins)

    @classmethod
    def from_config(cls, config: msp_config_pb2.MSPConfig, version: MspVersion = MspVersion.V3_0) -> "Msp":
        """From the value that stands in a channel's organisation; type 0 (X.509) alone is supported."""
        if config.type != 0:
            raise ConfigError("msp_config.type", f"is {config.type}; X.509 (0) is supported, Idemix is not")
        return cls(parse(msp_config_pb2.FabricMSPConfig, config.config, "msp_config.config"), version)

    def _check_admin(self, admin: MspIdentity, position: int) -> None:
        """postSetupV142: an administrator is valid, or carries client or admin OU where enforced."""
        if not self.node_units.enforced:
            try:
                admin.validate()
            except IdentityError as reason:
                raise ConfigError(f"admins[{position}]", str(reason)) from None
        elif not (admin.has_node_unit(Role.CLIENT) or admin.has_node_unit(Role.ADMIN)):
            raise ConfigError(f"admins[{position}]", "carries neither the client nor the admin OU")

    def deserialize_certificate(self, credentials: bytes) -> MspIdentity:
        """An identity of this MSP from its certificate in PEM, not validated yet.

        An ECDSA-signed certificate must lead to this MSP's roots already here, since its signature is first
        brought to low S (msp/identities.go, newIdentity).

        Raises:
            IdentityError: no certificate, an unknown kind of key, or another organisation's certificate.
        """
        certificate = parse_certificate(credentials)
        node = Node.of(certificate)
        if is_ecdsa_signed(certificate):
            chain = self.authorities.trust.chain(node)
            if len(chain) > 1:
                clean = sanitize(certificate, chain[1].certificate)
                node = node if clean is certificate else Node.of(clean)
        return MspIdentity(self, node)

    def deserialize_identity(self, serialized: bytes) -> MspIdentity:
        """An identity from msp.SerializedIdentity; its MSP must be this one. Raises IdentityError."""
        parsed = parse_identity(serialized)
        if parsed.msp_id != self.msp_id:
            raise IdentityError("mspid", f"is {parsed.msp_id}, expected {self.msp_id}")
        return self.deserialize_certificate(parsed.credentials)

    def chain_of(self, node: Node) -> tuple[Node, ...]:
        """The identity's chain; its direct issuer must be a leaf of the tree of authorities.

        Raises:
            IdentityError: no or more than one chain, an authority as identity, or an inner issuer.
        """
        if node.is_ca:
            raise IdentityError("certificate", "is an authority's and cannot be used as an identity")
        chain = self.authorities.trust.chain(node)
        if len(chain) < 2:
            raise IdentityError("certificate", "is itself a root")
        if chain[1].raw in self.authorities.inner:
            raise IdentityError("certificate", "was issued by an authority that has authorities below it")
        return chain

    def validate(self, node: Node) -> bytes:
        """Judge an identity's certificate; returns the identifier of the chain that certifies it.

        Raises:
            IdentityError: naming what is wrong (validateIdentity).
        """
        key = node.certificate.public_key()
        ed25519_allowed = self.version >= MspVersion.V3_0
        if not (
            isinstance(key, ec.EllipticCurvePublicKey)
            or (ed25519_allowed and isinstance(key, ed25519.Ed25519PublicKey))
        ):
            raise IdentityError("public_key", f"{type(key).__name__} is not supported at {self.version.name}")
        chain = self.chain_of(node)
        refuse_revoked(node.certificate, chain[1], self.crls)
        return certification_identifier(chain[1:], self.identifier_hash)


class MspManager:
    """All MSPs of a channel, and the identities that were seen, validated once each."""

    def __init__(self, msps: Iterable[Msp], identities_cached_max: int = IDENTITIES_CACHED_MAX) -> None:
        self._msps = {msp.msp_id: msp for msp in msps}
        self._identities: BoundedCache[bytes, MspIdentity] = BoundedCache(identities_cached_max)

    @property
    def msps(self) -> Mapping[str, Msp]:
        """By MSP id."""
        return self._msps

    def deserialize_identity(self, serialized: bytes) -> MspIdentity:
        """The identity of a creator or endorser, not validated yet.

        Raises:
            IdentityError: its MSP is not on the channel, or the MSP does not know its certificate.
            MessageError: the bytes are no SerializedIdentity.
        """
        return self._identities.get(serialized, lambda: self._deserialize(serialized))

    def _deserialize(self, serialized: bytes) -> MspIdentity:
        parsed = parse_identity(serialized)
        msp = self._msps.get(parsed.msp_id)
        if msp is None:
            raise IdentityError("mspid", f"MSP {parsed.msp_id} is not defined on the channel")
        return msp.deserialize_certificate(parsed.credentials)

    def verified_creator(self, creator: bytes, message: bytes, signature: bytes) -> MspIdentity:
        """The creator of a message, valid and with a right signature (checkSignatureFromCreator).

        Raises:
            IdentityError: naming what is wrong.
            MessageError: the creator is no SerializedIdentity.
        """
        if not creator or not signature:
            raise IdentityError("signature", "creator or signature is missing")
        identity = self.deserialize_identity(creator)
        identity.validate()
        identity.verify(message, signature)
        return identity


def check_not_expired(identity: MspIdentity, now: datetime.datetime) -> None:
    """The ingress check that validation at commit never makes (core/handlers/auth/filter/expiration.go).

    Raises:
        IdentityError: the certificate's NotAfter is before `now`.
    """
    if identity.expires_at < now:
        raise IdentityError("certificate", f"expired at {identity.expires_at.isoformat()}")


def check_well_formed(serialized: identities_pb2.SerializedIdentity) -> None:
    """Refuse a certificate that could be written in more than one way (mspimpl.go, IsWellFormed).

    Raises:
        IdentityError: no PEM, another type, trailing bytes, or a signature that is not canonical DER.
    """
    kind, der, rest = decode_pem(serialized.id_bytes)
    if rest:
        raise IdentityError("id_bytes", f"has {len(rest)} trailing bytes")
    if kind not in ("CERTIFICATE", ""):
        raise IdentityError("id_bytes", f"PEM type is {kind!r}, expected CERTIFICATE or none")
    certificate = parse_certificate_der(der)
    if is_ecdsa_signed(certificate):
        _check_canonical(certificate)


def _check_canonical(certificate: x509.Certificate) -> None:
    try:
        r, s = decode_dss_signature(without_trailing(certificate.signature))
    except ValueError:
        raise IdentityError("certificate.signature", "is not a DER sequence of two integers") from None
    if encode_dss_signature(r, s) != certificate.signature:
        raise IdentityError("certificate.signature", "is not in canonical form")
