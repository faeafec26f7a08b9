"""Organisations made for a test: any certificate, also one that no careful authority would issue."""

import datetime
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fabric_protos.msp import identities_pb2, msp_config_pb2

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P384_ORDER = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
)
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def sign_low_s(key: Key, message: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    order = P256_ORDER if key.curve.name == "secp256r1" else P384_ORDER
    return encode_dss_signature(r, min(s, order - s))


def sign_high_s(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    r, s = decode_dss_signature(sign_low_s(key, message))
    return encode_dss_signature(r, P256_ORDER - s)


@dataclass
class Member:
    msp_id: str
    key: Key
    certificate: x509.Certificate

    @property
    def credentials(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def creator(self) -> bytes:
        return identities_pb2.SerializedIdentity(
            mspid=self.msp_id, id_bytes=self.credentials
        ).SerializeToString()

    def sign(self, message: bytes) -> bytes:
        return sign_low_s(self.key, message)


def issue(
    common_name: str,
    key: Key,
    issuer_name: x509.Name | None,
    issuer_key: Key,
    *,
    units: tuple[str, ...] = (),
    ca: bool = False,
    not_before: datetime.datetime = START,
    days: int = 3650,
    extensions: tuple[x509.ExtensionType, ...] = (),
) -> x509.Certificate:
    attributes = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
    name = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer_name or name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_before + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    hash_for = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(issuer_key, hash_for)


@dataclass
class Organisation:
    """A root authority, its members, and the MSP configuration that describes them."""

    msp_id: str
    key: Key = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    node_ous: bool = True
    crls: list[bytes] = field(default_factory=list)
    admins: list[bytes] = field(default_factory=list)
    intermediates: list[bytes] = field(default_factory=list)
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.root = issue(f"ca.{self.msp_id}", self.key, None, self.key, ca=True)

    @property
    def root_pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def member(
        self, unit: str = "client", *, name: str = "someone", key: Key | None = None, **options: object
    ) -> Member:
        own = key or ec.generate_private_key(ec.SECP256R1())
        units = (unit,) if unit else ()
        certificate = issue(name, own, self.root.subject, self.key, units=units, **options)  # type: ignore[arg-type]
        return Member(self.msp_id, own, certificate)

    def revoke(self, *members: Member, signer: Key | None = None) -> None:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(START)
            .next_update(START + datetime.timedelta(days=3650))
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        for member in members:
            revoked = (
                x509.RevokedCertificateBuilder()
                .serial_number(member.certificate.serial_number)
                .revocation_date(START)
                .build()
            )
            builder = builder.add_revoked_certificate(revoked)
        crl = builder.sign(signer or self.key, hashes.SHA256())
        self.crls.append(crl.public_bytes(Encoding.PEM))

    def config(self) -> msp_config_pb2.FabricMSPConfig:
        message = msp_config_pb2.FabricMSPConfig(
            name=self.msp_id,
            root_certs=[self.root_pem],
            intermediate_certs=self.intermediates,
            admins=self.admins,
            revocation_list=self.crls,
            tls_root_certs=[self.root_pem],
        )
        if self.node_ous:
            ous = message.fabric_node_ous
            ous.enable = True
            ous.client_ou_identifier.organizational_unit_identifier = "client"
            ous.peer_ou_identifier.organizational_unit_identifier = "peer"
            ous.admin_ou_identifier.organizational_unit_identifier = "admin"
            ous.orderer_ou_identifier.organizational_unit_identifier = "orderer"
        return message

    def msp_config(self) -> msp_config_pb2.MSPConfig:
        return msp_config_pb2.MSPConfig(type=0, config=self.config().SerializeToString())
