"""Certificate revocation lists, as a peer reads them from an MSP (msp/mspimplvalidate.go).

A peer finds the list by its issuer's key identifier and the certificate by its serial number. A revocation
takes effect when the list stands in the channel's configuration, whatever its dates say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tanhui.crypto_config.authority import Authority
from tanhui.crypto_config.errors import CryptoConfigError

REVOKED_MAX: Final = 10_000
"""Entries in one list: it travels in the channel's configuration, in every config block."""

NEXT_UPDATE: Final = timedelta(days=365)


@dataclass(frozen=True)
class Revocations:
    """What one authority has revoked: serial number to time, and the list's own number (RFC 5280, 5.2.3)."""

    number: int
    revoked: Mapping[int, datetime]

    def adding(self, certificates: Iterable[x509.Certificate], when: datetime) -> "Revocations":
        """The next list, with these certificates. One that is revoked already keeps its first time."""
        moment = when.astimezone(UTC).replace(microsecond=0)
        added = {certificate.serial_number: moment for certificate in certificates}
        return Revocations(self.number + 1, added | dict(self.revoked))


NOTHING_REVOKED: Final = Revocations(0, {})


def revocation_list(authority: Authority, revocations: Revocations) -> bytes:
    """The signed list in PEM. CryptoConfigError when there are too many entries."""
    if len(revocations.revoked) > REVOKED_MAX:
        raise CryptoConfigError("revoked", len(revocations.revoked), f"must be at most {REVOKED_MAX}")
    now = authority.clock().astimezone(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .last_update(now)
        .next_update(now + NEXT_UPDATE)
        .add_extension(x509.AuthorityKeyIdentifier(authority.key_identifier, None, None), critical=False)
        .add_extension(x509.CRLNumber(revocations.number), critical=False)
    )
    for serial, when in sorted(revocations.revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        builder = builder.add_revoked_certificate(entry)
    return authority.sign_revocations(builder).public_bytes(Encoding.PEM)


def load_revocations(pem: bytes, *, source: str = "revocation list") -> Revocations:
    """Back from PEM, without a look at the signature. CryptoConfigError names `source`."""
    try:
        parsed = x509.load_pem_x509_crl(pem)
        number = parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except (ValueError, x509.ExtensionNotFound) as cause:
        raise CryptoConfigError(
            source, f"{len(pem)} bytes", "must be a numbered X.509 revocation list in PEM"
        ) from cause
    return Revocations(number, {entry.serial_number: entry.revocation_date_utc for entry in parsed})
