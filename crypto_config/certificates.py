"""Certificates: parsing, subjects, and how long they hold."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tanhui.crypto_config.errors import CryptoConfigError

NAME_CHARACTERS_MAX: Final = 64
"""RFC 5280, appendix A.1: ub-common-name, ub-organization-name, ub-organizational-unit-name."""

BACKDATE: Final = timedelta(minutes=5)
"""Certificates start this much in the past: members' clocks differ."""


@dataclass(frozen=True)
class Place:
    """Where an organisation sits: the part of a subject that all its certificates share."""

    country: str = "CN"
    province: str = ""
    locality: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Validity:
    """From when and until when, in UTC and whole seconds."""

    not_before: datetime
    not_after: datetime

    @classmethod
    def starting(cls, now: datetime, days: int) -> "Validity":
        """From five minutes ago, on the whole minute, for `days`. CryptoConfigError when `days` < 1."""
        if days < 1:
            raise CryptoConfigError("validity_days", days, "must be at least 1")
        start = now.astimezone(UTC).replace(second=0, microsecond=0) - BACKDATE
        return cls(start, start + timedelta(days=days))

    def within(self, issuer: "Validity") -> "Validity":
        """Cut to the issuer's own time.

        A peer judges a chain one second after the leaf's start (msp/mspimpl.go, getValidityOptsForCert), so a
        leaf must not start before its issuer, and should not outlive it.
        """
        start = max(self.not_before, issuer.not_before)
        end = min(self.not_after, issuer.not_after)
        if start >= end:
            raise CryptoConfigError(
                "validity", f"{start:%F} to {end:%F}", "the issuer's certificate has ended"
            )
        return Validity(start, end)


def validity_of(certificate: x509.Certificate) -> Validity:
    """When a certificate holds."""
    return Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def subject(place: Place, common_name: str, units: tuple[str, ...] = ()) -> x509.Name:
    """C, ST, L, O, OU..., CN, leaving out what is empty. CryptoConfigError names a part that is too long."""
    parts = [
        (NameOID.COUNTRY_NAME, place.country),
        (NameOID.STATE_OR_PROVINCE_NAME, place.province),
        (NameOID.LOCALITY_NAME, place.locality),
        (NameOID.ORGANIZATION_NAME, place.organisation),
        *((NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units),
        (NameOID.COMMON_NAME, common_name),
    ]
    if not common_name:
        raise CryptoConfigError("common name", common_name, "must not be empty")
    try:
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])
    except ValueError as cause:
        raise CryptoConfigError(
            "subject", " / ".join(value for _, value in parts if value), str(cause)
        ) from cause


def load_certificate(pem: bytes, *, source: str = "certificate") -> x509.Certificate:
    """One certificate from PEM. CryptoConfigError names `source`."""
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as cause:
        raise CryptoConfigError(source, f"{len(pem)} bytes", "must be an X.509 certificate in PEM") from cause


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """PEM, byte for byte as a peer would write it."""
    return certificate.public_bytes(Encoding.PEM)


def common_name(certificate: x509.Certificate) -> str:
    """The subject's CN, "" without one."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def organizational_units(certificate: x509.Certificate) -> tuple[str, ...]:
    """The subject's OUs in their order."""
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return tuple(str(attribute.value) for attribute in found)
