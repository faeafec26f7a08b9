"""The policies of a channel: those that every Fabric network starts from, or a topology's own."""

from typing import Final

from fabric_protos.common import configtx_pb2, configuration_pb2, policies_pb2
from fabric_protos.msp import identities_pb2, msp_principal_pb2

from tanhui.network.channel.topology import Organisation, Policies
from tanhui.network.protocol.policy_dsl import (
    is_implicit_meta,
    out_of,
    parse_implicit_meta,
    parse_signature_policy,
    signed_by,
)

ADMINS: Final = "Admins"
BLOCK_VALIDATION: Final = "BlockValidation"

CHANNEL_POLICIES: Final[Policies] = {
    "Readers": "ANY Readers",
    "Writers": "ANY Writers",
    "Admins": "MAJORITY Admins",
}
APPLICATION_POLICIES: Final[Policies] = {
    **CHANNEL_POLICIES,
    "Endorsement": "MAJORITY Endorsement",
    "LifecycleEndorsement": "MAJORITY Endorsement",
}
ORDERER_POLICIES: Final[Policies] = {**CHANNEL_POLICIES, BLOCK_VALIDATION: "ANY Writers"}


def member_policies(organisation: Organisation) -> Policies:
    """Of an application organisation: its peers endorse, its clients and admins write."""
    msp = organisation.msp_id
    standard = {
        "Readers": f"OR('{msp}.admin', '{msp}.peer', '{msp}.client')",
        "Writers": f"OR('{msp}.admin', '{msp}.client')",
        "Admins": f"OR('{msp}.admin')",
        "Endorsement": f"OR('{msp}.peer')",
    }
    return standard | organisation.policies


def ordering_policies(organisation: Organisation) -> Policies:
    """Of an ordering organisation, stricter than Fabric's sample: orderers and admins write, nobody else.

    So the standard BlockValidation, ANY Writers, is not satisfied by a client's or a peer's certificate.
    """
    msp = organisation.msp_id
    standard = {
        "Readers": f"OR('{msp}.member')",
        "Writers": f"OR('{msp}.admin', '{msp}.orderer')",
        "Admins": f"OR('{msp}.admin')",
    }
    return standard | organisation.policies


def policy(text: str) -> policies_pb2.Policy:
    """A policy from its text. Raises PolicyTextError."""
    if is_implicit_meta(text):
        kind, value = policies_pb2.Policy.IMPLICIT_META, parse_implicit_meta(text).SerializeToString()
    else:
        kind, value = policies_pb2.Policy.SIGNATURE, parse_signature_policy(text).SerializeToString()
    return policies_pb2.Policy(type=kind, value=value)


def add_policies(group: configtx_pb2.ConfigGroup, policies: Policies) -> None:
    """Put policies into a group; the group's Admins may change each."""
    for name, text in policies.items():
        group.policies[name].policy.CopyFrom(policy(text))
        group.policies[name].mod_policy = ADMINS


def bft_quorum(consenters: int) -> int:
    """ceil((n + f + 1) / 2) with f = floor((n - 1) / 3) (common/policies/bft.go)."""
    faulty = (consenters - 1) // 3
    return -(-(consenters + faulty + 1) // 2)


def bft_block_validation(consenters: list[configuration_pb2.Consenter]) -> policies_pb2.Policy:
    """A quorum of exactly these consenters' certificates signs each block (common/policies/bft.go)."""
    identities = [
        msp_principal_pb2.MSPPrincipal(
            principal_classification=msp_principal_pb2.MSPPrincipal.IDENTITY,
            principal=identities_pb2.SerializedIdentity(
                mspid=consenter.msp_id, id_bytes=consenter.identity
            ).SerializeToString(),
        )
        for consenter in consenters
    ]
    rule = out_of(bft_quorum(len(consenters)), [signed_by(index) for index in range(len(consenters))])
    envelope = policies_pb2.SignaturePolicyEnvelope(version=0, rule=rule, identities=identities)
    return policies_pb2.Policy(type=policies_pb2.Policy.SIGNATURE, value=envelope.SerializeToString())
