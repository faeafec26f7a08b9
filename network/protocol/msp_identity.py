"""One identity of an MSP: valid or not, and which principals it satisfies. Each judged once.

Sources: msp/identities.go, msp/mspimpl.go (hasOURole, satisfiesPrincipalInternal…), msp/mspimplvalidate.go.
"""

import datetime
import hashlib
from collections.abc import Mapping
from typing import Protocol

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tanhui.network.protocol.certificate_chain import Node
from tanhui.network.protocol.errors import IdentityError, ProtocolError
from tanhui.network.protocol.msp_setup import NodeUnits
from tanhui.network.protocol.principals import (
    AnonymityPrincipal,
    CombinedPrincipal,
    IdentityPrincipal,
    Principal,
    Role,
    RolePrincipal,
    UnitPrincipal,
    UnknownPrincipal,
)
from tanhui.network.protocol.signatures import is_p256, signature_verifier

PRINCIPALS_REMEMBERED_MAX = 256
"""Answers an identity keeps; a channel's policies mention a few dozen principals."""


class IdentityRules(Protocol):
    """What an identity asks of the MSP that it belongs to; `msp.Msp` is one."""

    @property
    def msp_id(self) -> str:
        """The MSP that issued it."""

    @property
    def identifier_hash(self) -> str:
        """The hash that identifiers are made with, by its name in hashlib."""

    @property
    def hash_family(self) -> str:
        """SHA2 or SHA3: what signatures hash with."""

    @property
    def units(self) -> Mapping[str, frozenset[bytes]]:
        """Organisational units and the certifiers of each."""

    @property
    def node_units(self) -> NodeUnits:
        """The units that tell clients, peers, admins and orderers apart."""

    @property
    def admins(self) -> frozenset[bytes]:
        """Administrators' certificates, DER."""

    def validate(self, node: Node) -> bytes:
        """Judge a certificate; returns its certifiers' identifier. Raises IdentityError."""

    def deserialize_identity(self, serialized: bytes) -> "MspIdentity":
        """Another identity of the same MSP. Raises IdentityError."""


class MspIdentity:
    """A certificate as its MSP sees it. Equal answers whichever thread asks; nothing here is ever revoked."""

    def __init__(self, msp: IdentityRules, node: Node) -> None:
        certificate = node.certificate
        self.msp_id: str = msp.msp_id
        self.certificate = certificate
        self.raw: bytes = node.raw
        self.identifier: str = hashlib.new(msp.identifier_hash, node.raw).hexdigest()
        """hex of the certificate's hash: with the MSP id, what identities are de-duplicated by."""
        self.units: tuple[str, ...] = tuple(
            str(one.value)
            for one in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        )
        self._msp = msp
        self._node = node
        key = certificate.public_key()
        self.p256_key: bytes = (
            key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            if is_p256(key) and msp.hash_family == "SHA2"
            else b""
        )
        """Its public key, where signatures are P-256's over SHA-256: whoever knows both can verify them."""
        self._verify = signature_verifier(key, msp.hash_family)
        self._verdict: bytes | IdentityError | None = None
        self._satisfied: dict[Principal, bool] = {}

    @property
    def expires_at(self) -> datetime.datetime:
        """NotAfter, UTC; checked at ingress alone (`msp.check_not_expired`)."""
        return self.certificate.not_valid_after_utc

    @property
    def role(self) -> Role | None:
        """The node OU that the certificate carries, None where OUs are not enforced or none is there."""
        for role in (Role.CLIENT, Role.PEER, Role.ADMIN, Role.ORDERER):
            if self.has_node_unit(role):
                return role
        return None

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check a signature by this identity over `message`. Raises IdentityError."""
        self._verify(message, signature)

    def validate(self) -> None:
        """Raise IdentityError unless the certificate is valid: chain, revocation, OUs."""
        self._certifiers()

    def _certifiers(self) -> bytes:
        """The certifiers identifier of a valid identity; judged once."""
        if self._verdict is None:
            try:
                certifiers = self._msp.validate(self._node)
                self._check_units(certifiers)
                self._verdict = certifiers
            except IdentityError as reason:
                self._verdict = reason
        if isinstance(self._verdict, IdentityError):
            raise IdentityError(self._verdict.field, self._verdict.reason)
        return self._verdict

    def _check_units(self, certifiers: bytes) -> None:
        """validateIdentityOUsV142: one of the MSP's OUs if any, exactly one node OU if enforced."""
        known = self._msp.units
        if known and not any(certifiers in known.get(unit, ()) for unit in self.units):
            raise IdentityError(
                "certificate.subject.ou", f"none of {list(self.units)} is one of {self.msp_id}'s"
            )
        node_units = self._msp.node_units
        if not node_units.enforced:
            return
        found = 0
        for unit in self.units:
            expected = node_units.by_name.get(unit)
            if expected is None:
                continue
            if expected.certifiers_identifier and expected.certifiers_identifier != certifiers:
                raise IdentityError("certificate.subject.ou", f"{unit} is certified by another authority")
            found += 1
        if found != 1:
            raise IdentityError(
                "certificate.subject.ou",
                f"needs exactly one of client, peer, orderer and admin, has {found} in {list(self.units)}",
            )

    def has_node_unit(self, role: Role) -> bool:
        """Whether the certificate carries the OU of a role; who certified it is `validate`'s to check."""
        node_unit = self._msp.node_units.get(role)
        return self._msp.node_units.enforced and node_unit is not None and node_unit.name in self.units

    def is_valid(self) -> bool:
        """Whether `validate` passes."""
        try:
            self._certifiers()
        except IdentityError:
            return False
        return True

    def satisfies(self, principal: Principal) -> bool:
        """Whether a policy's principal describes this identity (SatisfiesPrincipal)."""
        known = self._satisfied.get(principal)
        if known is None:
            known = self._judge(principal)
            if len(self._satisfied) < PRINCIPALS_REMEMBERED_MAX:
                self._satisfied[principal] = known
        return known

    def _judge(self, principal: Principal) -> bool:
        match principal:
            case RolePrincipal(msp_id, role):
                return msp_id == self.msp_id and self._has_role(role)
            case UnitPrincipal(msp_id, unit, certifiers):
                return (
                    msp_id == self.msp_id
                    and self.is_valid()
                    and unit in self.units
                    and self._certifiers() == certifiers
                )
            case IdentityPrincipal(serialized):
                return self._is_identity(serialized)
            case AnonymityPrincipal(nominal):
                return nominal
            case CombinedPrincipal(parts):
                return all(self._judge(part) for part in parts)
            case UnknownPrincipal():
                return False

    def _has_role(self, role: int) -> bool:
        if role == Role.ADMIN:
            if self.raw in self._msp.admins:
                return True
            return self.is_valid() and self.has_node_unit(Role.ADMIN)
        if role == Role.MEMBER:
            return self.is_valid()
        if role in (Role.CLIENT, Role.PEER, Role.ORDERER):
            return self.is_valid() and self.has_node_unit(Role(role))
        return False

    def _is_identity(self, serialized: bytes) -> bool:
        try:
            named = self._msp.deserialize_identity(serialized)
        except ProtocolError:
            return False
        return named.raw == self.raw and named.is_valid()
