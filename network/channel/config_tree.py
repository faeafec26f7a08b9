"""The tree of groups, values and policies that a channel's configuration is.

    Channel ─ Orderer ─ ordering organisations
            └ Application ─ member organisations

Equal to what configtxgen makes of the same input (internal/configtxgen/encoder/encoder.go); a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fabric_protos.common import configtx_pb2, configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from fabric_protos.peer import configuration_pb2 as peer_pb2
from google.protobuf.message import Message

from tanhui.crypto_config.msp_folder import MspMaterial
from tanhui.network.channel.consensus import Consenter, consensus_type, consenter_mapping
from tanhui.network.channel.durations import go_duration
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.msp_config import msp_config
from tanhui.network.channel.policies import (
    ADMINS,
    APPLICATION_POLICIES,
    BLOCK_VALIDATION,
    CHANNEL_POLICIES,
    ORDERER_POLICIES,
    add_policies,
    bft_block_validation,
    member_policies,
    ordering_policies,
)
from tanhui.network.channel.topology import Bft, Channel, Organisation, Topology

APPLICATION: Final = "Application"
ORDERER: Final = "Orderer"
_DATA_HASH_WIDTH: Final = (1 << 32) - 1  # one hash over all, not a tree (common/channelconfig/util.go)


@dataclass(frozen=True)
class ChannelMaterial:
    """What a channel's configuration needs beside the topology.

    Attributes:
        msps: each organisation's MSP by MSP id.
        consenters: in the topology's order.
    """

    msps: Mapping[str, MspMaterial]
    consenters: list[Consenter]


def channel_group(topology: Topology, material: ChannelMaterial) -> configtx_pb2.ConfigGroup:
    """The root group. ChannelError when the material of an organisation or a consenter is missing."""
    wanted = [(each.msp_id, orderer.host, orderer.port) for each, orderer in topology.consenters]
    given = [(each.msp_id, each.host, each.port) for each in material.consenters]
    if wanted != given:
        raise ChannelError("consenters", given, f"must be the topology's: {wanted}")
    channel = topology.channel
    group = configtx_pb2.ConfigGroup(mod_policy=ADMINS)
    add_policies(group, CHANNEL_POLICIES | channel.policies.channel)
    _value(group, "HashingAlgorithm", configuration_pb2.HashingAlgorithm(name="SHA256"))
    structure = configuration_pb2.BlockDataHashingStructure(width=_DATA_HASH_WIDTH)
    _value(group, "BlockDataHashingStructure", structure)
    _value(group, "Capabilities", _capabilities(channel.capabilities.channel))
    group.groups[ORDERER].CopyFrom(_orderer_group(topology, material))
    group.groups[APPLICATION].CopyFrom(_application_group(topology, material))
    return group


def member_group(organisation: Organisation, msp: MspMaterial) -> configtx_pb2.ConfigGroup:
    """A member of the application, with its anchor peers."""
    group = _organisation_group(msp)
    add_policies(group, member_policies(organisation))
    anchors = [
        peer_pb2.AnchorPeer(host=peer.host, port=peer.port) for peer in organisation.peers if peer.anchor
    ]
    if anchors:
        _value(group, "AnchorPeers", peer_pb2.AnchorPeers(anchor_peers=anchors))
    return group


def ordering_group(organisation: Organisation, msp: MspMaterial) -> configtx_pb2.ConfigGroup:
    """An organisation of the ordering service, with the addresses of its nodes."""
    group = _organisation_group(msp)
    add_policies(group, ordering_policies(organisation))
    addresses = [f"{orderer.host}:{orderer.port}" for orderer in organisation.orderers]
    _value(group, "Endpoints", configuration_pb2.OrdererAddresses(addresses=addresses))
    return group


def _organisation_group(msp: MspMaterial) -> configtx_pb2.ConfigGroup:
    group = configtx_pb2.ConfigGroup(mod_policy=ADMINS)
    _value(group, "MSP", msp_config(msp))
    return group


def _orderer_group(topology: Topology, material: ChannelMaterial) -> configtx_pb2.ConfigGroup:
    channel = topology.channel
    group = configtx_pb2.ConfigGroup(mod_policy=ADMINS)
    add_policies(group, ORDERER_POLICIES | channel.policies.orderer)
    _batch(group, channel)
    restrictions = orderer_pb2.ChannelRestrictions(max_count=channel.channels_max)
    _value(group, "ChannelRestrictions", restrictions)
    _value(group, "Capabilities", _capabilities(channel.capabilities.orderer))
    if isinstance(channel.consensus, Bft):
        mapping = consenter_mapping(material.consenters)
        _value(group, "Orderers", configuration_pb2.Orderers(consenter_mapping=mapping))
        # A quorum of the consenters signs, whatever the topology says: configtxgen does the same.
        group.policies[BLOCK_VALIDATION].policy.CopyFrom(bft_block_validation(mapping))
    _value(group, "ConsensusType", consensus_type(channel.consensus, material.consenters))
    for organisation in topology.ordering:
        group.groups[organisation.name].CopyFrom(ordering_group(organisation, _msp(organisation, material)))
    return group


def _batch(group: configtx_pb2.ConfigGroup, channel: Channel) -> None:
    batch = channel.batch
    size = orderer_pb2.BatchSize(
        max_message_count=batch.messages_max,
        absolute_max_bytes=batch.absolute_bytes_max,
        preferred_max_bytes=batch.preferred_bytes_max,
    )
    _value(group, "BatchSize", size)
    _value(group, "BatchTimeout", orderer_pb2.BatchTimeout(timeout=go_duration(batch.timeout_ms)))


def _application_group(topology: Topology, material: ChannelMaterial) -> configtx_pb2.ConfigGroup:
    channel = topology.channel
    group = configtx_pb2.ConfigGroup(mod_policy=ADMINS)
    add_policies(group, APPLICATION_POLICIES | channel.policies.application)
    if channel.acls:
        acls = peer_pb2.ACLs()
        for resource, path in channel.acls.items():
            acls.acls[resource].policy_ref = path
        _value(group, "ACLs", acls)
    _value(group, "Capabilities", _capabilities(channel.capabilities.application))
    for organisation in topology.members:
        group.groups[organisation.name].CopyFrom(member_group(organisation, _msp(organisation, material)))
    return group


def _msp(organisation: Organisation, material: ChannelMaterial) -> MspMaterial:
    msp = material.msps.get(organisation.msp_id)
    if msp is None:
        raise ChannelError("msps", organisation.msp_id, "must be among the channel's material")
    return msp


def _capabilities(name: str) -> configuration_pb2.Capabilities:
    capabilities = configuration_pb2.Capabilities()
    capabilities.capabilities[name].SetInParent()
    return capabilities


def _value(group: configtx_pb2.ConfigGroup, key: str, message: Message) -> None:
    group.values[key].value = message.SerializeToString(deterministic=True)
    group.values[key].mod_policy = ADMINS
