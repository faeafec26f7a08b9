"""Who signed the proposal: MSP id and the attributes of the certificate (state.md, Names).

The endorser has verified the signature and the certificate's chain before the contract runs; here the
certificate is only read. Attributes stand in Fabric CA's extension 1.2.3.4.5.6.7.8.1 as the JSON object
`{"attrs": {name: value}}` (fabric-chaincode-go, pkg/attrmgr). They are vouched for by the organisation's own
authority, so what they claim is checked against the ledger by the layer above.
"""

import hashlib
from functools import lru_cache
from typing import Final

import msgspec
from cryptography import x509
from fabric_protos.msp import identities_pb2
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.refusal import Refusal

ATTRIBUTES_OID: Final = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
ORGANISATION: Final = "tanhui.org"
ROLE: Final = "tanhui.role"
PERSON: Final = "tanhui.person"

CREATOR_BYTES_MAX: Final = 16_384
ATTRIBUTE_CHARACTERS_MAX: Final = 256
CALLERS_CACHED_MAX: Final = 4_096


class Caller(msgspec.Struct, frozen=True):
    """What the contract knows of who calls. Attributes that the certificate lacks are empty."""

    msp_id: str
    organisation: str
    roles: frozenset[str]
    person: str
    certificate_hash: str
    """SHA-256 of the creator's credentials as they stand in the proposal, hex."""

    def require_attributes(self) -> None:
        """Refuse a certificate that does not say for which organisation, in which role, who acts."""
        for name, value in ((ORGANISATION, self.organisation), (PERSON, self.person)):
            if not value:
                raise Refusal(codes.CALLER_ATTRIBUTE, name, "", msp=self.msp_id)
        if not self.roles:
            raise Refusal(codes.CALLER_ATTRIBUTE, ROLE, "", msp=self.msp_id)


class _AttributeDocument(msgspec.Struct):
    attrs: dict[str, str]


@lru_cache(maxsize=CALLERS_CACHED_MAX)
def read_caller(creator: bytes) -> Caller:
    """The caller behind a msp.SerializedIdentity; parsed once for each, in a bounded cache.

    Raises:
        Refusal: contract.caller_unreadable.
    """
    try:
        if len(creator) > CREATOR_BYTES_MAX:
            raise ValueError(f"{len(creator)} bytes")
        identity = identities_pb2.SerializedIdentity.FromString(creator)
        attributes = _attributes(x509.load_pem_x509_certificate(identity.id_bytes))
    except (DecodeError, ValueError, msgspec.DecodeError) as cause:
        raise Refusal(codes.CALLER_UNREADABLE, "creator", hashlib.sha256(creator).hexdigest()) from cause
    roles = (role.strip() for role in attributes.get(ROLE, "").split(","))
    return Caller(
        msp_id=identity.mspid,
        organisation=attributes.get(ORGANISATION, ""),
        roles=frozenset(role for role in roles if role),
        person=attributes.get(PERSON, ""),
        certificate_hash=hashlib.sha256(identity.id_bytes).hexdigest(),
    )


def _attributes(certificate: x509.Certificate) -> dict[str, str]:
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID).value
    except x509.ExtensionNotFound:
        return {}
    if not isinstance(extension, x509.UnrecognizedExtension):
        raise TypeError("cryptography reads the attribute extension as raw bytes")
    found = msgspec.json.decode(extension.value, type=_AttributeDocument).attrs
    if any(len(value) > ATTRIBUTE_CHARACTERS_MAX for value in found.values()):
        raise ValueError("an attribute is too long")
    return found
