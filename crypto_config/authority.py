"""A certificate authority: makes its own root and issues what an organisation needs."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID

from tanhui.crypto_config.attributes import attributes_extension
from tanhui.crypto_config.certificates import (
    Place,
    Validity,
    certificate_pem,
    load_certificate,
    subject,
    validity_of,
)
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import read_file, write_public
from tanhui.crypto_config.keys import (
    KeyAlgorithm,
    PrivateKey,
    PublicKey,
    checked_public_key,
    generate_private_key,
    read_private_key,
    save_private_key,
    subject_key_identifier,
)
from tanhui.crypto_config.low_s import is_low_s

Clock = Callable[[], datetime]
NodeRole = Literal["client", "peer", "admin", "orderer"]
NODE_ROLES: Final[tuple[NodeRole, ...]] = get_args(NodeRole)

ROOT_DAYS: Final = 7300
SIGNING_DAYS: Final = 1095
TLS_DAYS: Final = 1095
_LOW_S_TRIES_MAX: Final = 128  # each try fails with probability 1/2

_CLIENT_AND_SERVER: Final = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH)


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class SigningRequest:
    """What a certificate for signing shall say.

    Attributes:
        common_name: whose it is, for example peer0.exchange.example.
        role: the node OU; the subject has exactly one (msp/mspimplvalidate.go, validateIdentityOUsV142).
        attributes: what chaincode reads (attributes.py).
    """

    common_name: str
    role: NodeRole
    attributes: Mapping[str, str] = field(default_factory=dict)
    validity_days: int = SIGNING_DAYS


def _key_usage(*, encipherment: bool = False, certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def signature_hash(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | None:
    """The hash that goes with an issuer's key; none for Ed25519."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    return hashes.SHA384() if isinstance(key.curve, ec.SECP384R1) else hashes.SHA256()


def _signed(builder: x509.CertificateBuilder, key: PrivateKey) -> x509.Certificate:
    """Sign until S is low: a peer would rewrite a certificate with a high one (msp/cert.go)."""
    for _ in range(_LOW_S_TRIES_MAX):
        certificate = builder.sign(key, signature_hash(key))
        if isinstance(key, ed25519.Ed25519PrivateKey) or is_low_s(certificate.signature, key.curve):
            return certificate
    raise CryptoConfigError("signature", "high S", f"no low S in {_LOW_S_TRIES_MAX} tries")


class Authority:
    """A root certificate with its key, for one organisation: for signing, or for TLS."""

    def __init__(
        self, place: Place, certificate: x509.Certificate, key: PrivateKey, *, clock: Clock = system_clock
    ) -> None:
        """CryptoConfigError when the key is not the certificate's."""
        self.place = place
        self.certificate = certificate
        self.clock = clock
        self._key = key
        if checked_public_key(certificate.public_key()) != key.public_key():
            name = certificate.subject.rfc4514_string()
            raise CryptoConfigError("authority", name, "the private key must belong to the certificate")

    @classmethod
    def create(
        cls,
        place: Place,
        name: str,
        *,
        algorithm: KeyAlgorithm = "p256",
        validity_days: int = ROOT_DAYS,
        clock: Clock = system_clock,
    ) -> "Authority":
        """A new self-signed root named `name`."""
        key = generate_private_key(algorithm)
        title = subject(place, name)
        builder = (
            _builder(title, title, key.public_key(), Validity.starting(clock(), validity_days))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_key_usage(encipherment=True, certificates=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage(_CLIENT_AND_SERVER), critical=False)
        )
        return cls(place, _signed(builder, key), key, clock=clock)

    @classmethod
    def load(cls, place: Place, certificate: Path, key: Path, *, clock: Clock = system_clock) -> "Authority":
        """Back from two files. CryptoConfigError names the one that is wrong."""
        loaded = load_certificate(read_file(certificate), source=str(certificate))
        return cls(place, loaded, read_private_key(key), clock=clock)

    def save(self, certificate: Path, key: Path) -> None:
        """Write the certificate for all and the key for its owner only."""
        write_public(certificate, self.pem)
        save_private_key(key, self._key)

    @property
    def pem(self) -> bytes:
        """The root certificate."""
        return certificate_pem(self.certificate)

    @property
    def key_identifier(self) -> bytes:
        """The subject key identifier that issued certificates and revocation lists point to."""
        extension = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return extension.value.digest

    def issue_signing(self, request: SigningRequest, key: PublicKey) -> x509.Certificate:
        """A certificate that signs transactions, blocks or endorsements, and nothing else.

        CryptoConfigError names the role or attribute that is wrong.
        """
        if request.role not in NODE_ROLES:
            raise CryptoConfigError("role", request.role, f"must be one of {', '.join(NODE_ROLES)}")
        builder = self._issued(
            subject(self.place, request.common_name, (request.role,)), key, request.validity_days
        )
        builder = builder.add_extension(_key_usage(), critical=True)
        if request.attributes:
            builder = builder.add_extension(attributes_extension(request.attributes), critical=False)
        return _signed(builder, self._key)

    def issue_tls(
        self, common_name: str, hosts: Sequence[str], key: PublicKey, *, validity_days: int = TLS_DAYS
    ) -> x509.Certificate:
        """A TLS certificate for both ends of a connection; `hosts` are DNS names and IP addresses."""
        builder = self._issued(subject(self.place, common_name), key, validity_days)
        builder = builder.add_extension(_key_usage(encipherment=True), critical=True).add_extension(
            x509.ExtendedKeyUsage(_CLIENT_AND_SERVER), critical=False
        )
        names = [_alternative_name(host) for host in dict.fromkeys(hosts)]
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return _signed(builder, self._key)

    def sign_revocations(
        self, builder: x509.CertificateRevocationListBuilder
    ) -> x509.CertificateRevocationList:
        """Sign a list under this root's name (revocation.py builds it)."""
        return builder.issuer_name(self.certificate.subject).sign(self._key, signature_hash(self._key))

    def _issued(self, title: x509.Name, key: PublicKey, days: int) -> x509.CertificateBuilder:
        now = self.clock()
        own = validity_of(self.certificate)
        if now >= own.not_after:
            raise CryptoConfigError("authority", self.certificate.subject.rfc4514_string(), "has expired")
        validity = Validity.starting(now, days).within(own)
        return (
            _builder(title, self.certificate.subject, key, validity)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier(self.key_identifier, None, None),
                critical=False,
            )
        )


def _builder(
    title: x509.Name, issuer: x509.Name, key: PublicKey, validity: Validity
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(title)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier(subject_key_identifier(key)), critical=False)
    )
