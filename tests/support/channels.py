"""A channel's configuration made by hand, so that a test may sign and break every part of it."""

from collections.abc import Sequence

from fabric_protos.common import configtx_pb2, configuration_pb2, policies_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from google.protobuf.message import Message

from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tests.support.organisations import Organisation

META = policies_pb2.ImplicitMetaPolicy
Group = configtx_pb2.ConfigGroup


def add_value(group: Group, name: str, value: Message) -> None:
    group.values[name].CopyFrom(
        configtx_pb2.ConfigValue(value=value.SerializeToString(), mod_policy="Admins")
    )


def add_meta(
    group: Group, name: str, rule: policies_pb2.ImplicitMetaPolicy.Rule.ValueType, below: str
) -> None:
    meta = META(rule=rule, sub_policy=below).SerializeToString()
    policy = policies_pb2.Policy(type=policies_pb2.Policy.IMPLICIT_META, value=meta)
    group.policies[name].CopyFrom(configtx_pb2.ConfigPolicy(policy=policy, mod_policy="Admins"))


def add_signature(group: Group, name: str, text: str) -> None:
    value = parse_signature_policy(text).SerializeToString()
    policy = policies_pb2.Policy(type=policies_pb2.Policy.SIGNATURE, value=value)
    group.policies[name].CopyFrom(configtx_pb2.ConfigPolicy(policy=policy, mod_policy="Admins"))


def add_capability(group: Group, name: str) -> None:
    capabilities = {name: configuration_pb2.Capability()}
    add_value(group, "Capabilities", configuration_pb2.Capabilities(capabilities=capabilities))


def organisation_group(organisation: Organisation) -> Group:
    group = Group(mod_policy="Admins")
    msp = organisation.msp_id
    add_value(group, "MSP", organisation.msp_config())
    for name, text in (
        ("Readers", f"OR('{msp}.member')"),
        ("Writers", f"OR('{msp}.member')"),
        ("Admins", f"OR('{msp}.admin')"),
        ("Endorsement", f"OR('{msp}.peer')"),
    ):
        add_signature(group, name, text)
    return group


def channel(members: Sequence[Organisation], orderer: Organisation) -> configtx_pb2.Config:
    root = Group(mod_policy="Admins")
    add_capability(root, "V3_0")
    add_value(root, "HashingAlgorithm", configuration_pb2.HashingAlgorithm(name="SHA256"))
    add_value(root, "BlockDataHashingStructure", configuration_pb2.BlockDataHashingStructure(width=2**32 - 1))
    application, ordering = root.groups["Application"], root.groups["Orderer"]
    for group in (root, application, ordering):
        group.mod_policy = "Admins"
        add_meta(group, "Readers", META.ANY, "Readers")
        add_meta(group, "Writers", META.ANY, "Writers")
        add_meta(group, "Admins", META.MAJORITY, "Admins")
    add_capability(application, "V2_5")
    add_meta(application, "Endorsement", META.MAJORITY, "Endorsement")
    add_meta(application, "LifecycleEndorsement", META.MAJORITY, "Endorsement")
    for member in members:
        application.groups[member.msp_id].CopyFrom(organisation_group(member))
    add_capability(ordering, "V2_0")
    add_meta(ordering, "BlockValidation", META.ANY, "Writers")
    add_value(ordering, "ConsensusType", orderer_pb2.ConsensusType(type="etcdraft"))
    add_value(
        ordering,
        "BatchSize",
        orderer_pb2.BatchSize(max_message_count=10, absolute_max_bytes=1000, preferred_max_bytes=500),
    )
    add_value(ordering, "BatchTimeout", orderer_pb2.BatchTimeout(timeout="1m2.5s"))
    ordering.groups[orderer.msp_id].CopyFrom(organisation_group(orderer))
    add_value(
        ordering.groups[orderer.msp_id],
        "Endpoints",
        configuration_pb2.OrdererAddresses(addresses=["127.0.0.1:7050"]),
    )
    return configtx_pb2.Config(channel_group=root)
