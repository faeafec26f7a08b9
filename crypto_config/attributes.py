"""Attributes in certificates, as Fabric CA writes them and chaincode reads them.

An extension that is not critical, with OID 1.2.3.4.5.6.7.8.1, whose value is the JSON object
`{"attrs": {name: value}}` itself (fabric-chaincode-go, pkg/attrmgr).
"""

import json
from collections.abc import Mapping
from typing import Final

from cryptography import x509

from tanhui.crypto_config.errors import CryptoConfigError

ATTRIBUTES_OID: Final = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
ORGANISATION_ATTRIBUTE: Final = "tanhui.org"
"""The organisation's id on the ledger (its USCC)."""
ROLE_ATTRIBUTE: Final = "tanhui.role"
"""The roles that the certificate speaks for, separated by commas; the ledger says which are granted."""
PERSON_ATTRIBUTE: Final = "tanhui.person"
"""An opaque id of the person who holds the key: the two-person rule compares it."""

ATTRIBUTE_COUNT_MAX: Final = 32
ATTRIBUTE_CHARACTERS_MAX: Final = 256


def attributes_extension(attributes: Mapping[str, str]) -> x509.UnrecognizedExtension:
    """The extension for a certificate. CryptoConfigError when a name or value is empty or too long."""
    if len(attributes) > ATTRIBUTE_COUNT_MAX:
        raise CryptoConfigError("attributes", len(attributes), f"must be at most {ATTRIBUTE_COUNT_MAX}")
    for name, value in attributes.items():
        if not 0 < len(name) <= ATTRIBUTE_CHARACTERS_MAX:
            raise CryptoConfigError(
                "attribute name", name, f"must have 1 to {ATTRIBUTE_CHARACTERS_MAX} characters"
            )
        if len(value) > ATTRIBUTE_CHARACTERS_MAX:
            raise CryptoConfigError(name, value, f"must have at most {ATTRIBUTE_CHARACTERS_MAX} characters")
    body = json.dumps({"attrs": dict(sorted(attributes.items()))}, separators=(",", ":"), ensure_ascii=False)
    return x509.UnrecognizedExtension(ATTRIBUTES_OID, body.encode())


def certificate_attributes(certificate: x509.Certificate) -> dict[str, str]:
    """The attributes of a certificate; empty without the extension. CryptoConfigError when malformed."""
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID).value
    except x509.ExtensionNotFound:
        return {}
    assert isinstance(extension, x509.UnrecognizedExtension)
    malformed = CryptoConfigError(
        ATTRIBUTES_OID.dotted_string, extension.value[:64], 'must be JSON {"attrs": {name: text}}'
    )
    try:
        document = json.loads(extension.value)
    except ValueError as cause:
        raise malformed from cause
    attributes = document.get("attrs") if isinstance(document, dict) else None
    if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
        raise malformed
    return dict(attributes)
