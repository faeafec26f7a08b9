"""Identities as they travel: msp.SerializedIdentity, its certificate, and the attributes inside.

Sources: msp/identities.go (Serialize), msp/mspimpl.go (deserializeIdentityInternal), fabric-lib-go
core/attrmgr for the attribute extension. Nothing here judges: `msp` does.
"""

import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.msp import identities_pb2

from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.messages import parse

CERTIFICATES_CACHED_MAX = 4096
"""Parsed certificates kept; a certificate is about 1 KB, so the cache holds a few MB."""

ATTRIBUTES_OID = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
"""The extension in which Fabric CA and `crypto_config` put a certificate's attributes."""

_PEM_BLOCK = re.compile(
    rb"(?:\A|\n)-----BEGIN ([^\n]*?)-----[ \t]*\r?\n(.*?)(?:\A|\n)?-----END \1-----[ \t]*\r?(?:\n|\Z)",
    re.DOTALL,
)


class Credentials(Protocol):
    """What identifies a client, as `crypto_config` knows it."""

    @property
    def msp_id(self) -> str:
        """The organisation's MSP."""

    @property
    def credentials(self) -> bytes:
        """The certificate in PEM."""


@dataclass(frozen=True, slots=True)
class SerializedIdentity:
    """The parts of a creator: its MSP and its certificate in PEM."""

    msp_id: str
    credentials: bytes

    def to_bytes(self) -> bytes:
        """The bytes that stand in signature headers and endorsements."""
        return serialize_identity(self.msp_id, self.credentials)


def serialize_identity(msp_id: str, credentials: bytes) -> bytes:
    """msp.SerializedIdentity of a certificate in PEM; a creator or an endorser."""
    return identities_pb2.SerializedIdentity(mspid=msp_id, id_bytes=credentials).SerializeToString()


def creator_of(identity: Credentials) -> bytes:
    """The creator bytes of an identity that holds `msp_id` and `credentials`."""
    return serialize_identity(identity.msp_id, identity.credentials)


def parse_identity(creator: bytes) -> SerializedIdentity:
    """Take a creator apart; the certificate is not looked at. Raises MessageError."""
    message = parse(identities_pb2.SerializedIdentity, creator, "serialized_identity")
    return SerializedIdentity(message.mspid, message.id_bytes)


def decode_pem(data: bytes) -> tuple[str, bytes, bytes]:
    """The first PEM block: its type, its DER, and what follows it. Raises IdentityError if none."""
    position = 0
    while match := _PEM_BLOCK.search(data, position):
        body = match.group(2)
        if b":" in body:  # RFC 1421 headers, which Go's decoder skips up to the blank line
            body = body.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
        try:
            der = binascii.a2b_base64(b"".join(body.split()), strict_mode=True)
        except binascii.Error:
            position = match.start() + 1
            continue
        return match.group(1).decode("ascii", "replace"), der, data[match.end() :]
    raise IdentityError("id_bytes", "holds no PEM block")


@lru_cache(maxsize=CERTIFICATES_CACHED_MAX)
def parse_certificate(credentials: bytes) -> x509.Certificate:
    """The certificate in the first PEM block, parsed once. Raises IdentityError."""
    _, der, _ = decode_pem(credentials)
    return parse_certificate_der(der)


def parse_certificate_der(der: bytes) -> x509.Certificate:
    """A certificate from its DER. Raises IdentityError."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
        list(certificate.extensions)
        list(certificate.subject)
        list(certificate.issuer)
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as reason:
        raise IdentityError("certificate", f"cannot be parsed: {reason}") from None
    except Exception as reason:  # noqa: BLE001 - cryptography raises its own base for unknown key types
        raise IdentityError("certificate", f"uses what this library does not know: {reason}") from None
    return certificate


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as Fabric serialises it: one PEM block, 64 characters a line."""
    return certificate.public_bytes(Encoding.PEM)


@lru_cache(maxsize=CERTIFICATES_CACHED_MAX)
def certificate_attributes(certificate: x509.Certificate) -> Mapping[str, str]:
    """The attributes of a certificate, `{"attrs": {...}}` in Fabric's extension; empty when it has none.

    Raises:
        IdentityError: the extension is there and is no JSON object of texts.
    """
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID)
    except x509.ExtensionNotFound:
        return MappingProxyType({})
    value = extension.value
    assert isinstance(value, x509.UnrecognizedExtension)
    try:
        attributes = json.loads(value.value)["attrs"]
    except (ValueError, KeyError, TypeError):
        raise IdentityError("certificate.attributes", "is not {'attrs': {...}}") from None
    if not isinstance(attributes, dict) or not all(isinstance(text, str) for text in attributes.values()):
        raise IdentityError("certificate.attributes", "is not an object of texts")
    return MappingProxyType(attributes)
