"""Principals: whom a policy names, parsed once from msp.MSPPrincipal.

Source: msp/mspimpl.go (collectPrincipals, satisfiesPrincipalInternal…). A principal that cannot be parsed is
kept as such: nobody satisfies it, and the policy that mentions it still loads, as in Fabric.
"""

from dataclasses import dataclass
from enum import IntEnum

from fabric_protos.msp import msp_principal_pb2
from google.protobuf.message import DecodeError

NESTING_MAX = 16
"""Combined principals inside combined principals; Fabric sets no limit, nobody nests them."""


class Role(IntEnum):
    """msp.MSPRole.MSPRoleType."""

    MEMBER = 0
    ADMIN = 1
    CLIENT = 2
    PEER = 3
    ORDERER = 4


@dataclass(frozen=True, slots=True)
class RolePrincipal:
    """Any identity of an MSP that has a role there."""

    msp_id: str
    role: int


@dataclass(frozen=True, slots=True)
class UnitPrincipal:
    """Any identity with an organisational unit, certified by one chain of authorities."""

    msp_id: str
    unit: str
    certifiers_identifier: bytes


@dataclass(frozen=True, slots=True)
class IdentityPrincipal:
    """One certificate alone; `serialized` is a msp.SerializedIdentity."""

    serialized: bytes


@dataclass(frozen=True, slots=True)
class AnonymityPrincipal:
    """Nominal (satisfied by every X.509 identity) or anonymous (by none)."""

    nominal: bool


@dataclass(frozen=True, slots=True)
class CombinedPrincipal:
    """All of several principals at once, flattened."""

    principals: "tuple[Principal, ...]"


@dataclass(frozen=True, slots=True)
class UnknownPrincipal:
    """What nobody satisfies."""

    reason: str


Principal = (
    RolePrincipal
    | UnitPrincipal
    | IdentityPrincipal
    | AnonymityPrincipal
    | CombinedPrincipal
    | UnknownPrincipal
)


def parse_principal(  # noqa: PLR0911 - one return a classification
    message: msp_principal_pb2.MSPPrincipal, depth: int = 0
) -> Principal:
    """The typed form of a principal; `UnknownPrincipal` where Fabric would find an error at evaluation."""
    kinds = msp_principal_pb2.MSPPrincipal
    kind, data = message.principal_classification, message.principal
    try:
        if kind == kinds.ROLE:
            role = msp_principal_pb2.MSPRole.FromString(data)
            return RolePrincipal(role.msp_identifier, role.role)
        if kind == kinds.ORGANIZATION_UNIT:
            unit = msp_principal_pb2.OrganizationUnit.FromString(data)
            return UnitPrincipal(
                unit.msp_identifier, unit.organizational_unit_identifier, unit.certifiers_identifier
            )
        if kind == kinds.IDENTITY:
            return IdentityPrincipal(data)
        if kind == kinds.ANONYMITY:
            anonymity = msp_principal_pb2.MSPIdentityAnonymity.FromString(data)
            return AnonymityPrincipal(
                anonymity.anonymity_type == msp_principal_pb2.MSPIdentityAnonymity.NOMINAL
            )
        if kind == kinds.COMBINED:
            return _combined(data, depth)
    except DecodeError:
        return UnknownPrincipal(f"classification {kind} with {len(data)} bytes that cannot be parsed")
    return UnknownPrincipal(f"classification {kind}")


def _combined(data: bytes, depth: int) -> Principal:
    parts = msp_principal_pb2.CombinedPrincipal.FromString(data).principals
    if not parts or depth >= NESTING_MAX:
        return UnknownPrincipal("a combined principal that is empty or nested too deeply")
    parsed: list[Principal] = []
    for part in parts:
        one = parse_principal(part, depth + 1)
        parsed.extend(one.principals if isinstance(one, CombinedPrincipal) else [one])
    return CombinedPrincipal(tuple(parsed))


def role_principal(msp_id: str, role: Role) -> msp_principal_pb2.MSPPrincipal:
    """msp.MSPPrincipal of a role."""
    return msp_principal_pb2.MSPPrincipal(
        principal_classification=msp_principal_pb2.MSPPrincipal.ROLE,
        principal=msp_principal_pb2.MSPRole(
            msp_identifier=msp_id, role=msp_principal_pb2.MSPRole.MSPRoleType.ValueType(role)
        ).SerializeToString(),
    )
