"""A channel's configuration, parsed and checked once: members, policies, capabilities, limits.

Sources: common/channelconfig (bundle.go, channel.go, application.go, orderer.go, organization.go, msp.go),
common/policies/policy.go. A view never changes; a config transaction makes the next one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2
from fabric_protos.msp import msp_config_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from fabric_protos.peer import configuration_pb2 as peer_pb2
from google.protobuf.message import Message

from tanhui.network.protocol.acls import CHANNEL_RESOURCES, PEER_RESOURCES
from tanhui.network.protocol.cache import BoundedCache
from tanhui.network.protocol.config_values import (
    APPLICATION,
    APPLICATION_VALUES,
    CHANNEL_VALUES,
    ORDERER,
    ORDERER_VALUES,
    ROOT,
    check_channel_values,
    check_order_of_capabilities,
    msp_version_of,
    read_capabilities,
    read_value,
    read_values,
)
from tanhui.network.protocol.durations import parse_duration_ns
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.network.protocol.errors import ConfigError, ProtocolError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.msp import Msp, MspManager, MspVersion
from tanhui.network.protocol.msp_identity import MspIdentity
from tanhui.network.protocol.policies import Policy, RejectPolicy, policy_from_proto

CHANNEL_ID_MAX = 249
"""Characters of a channel's name (common/configtx/validator.go)."""

_CHANNEL_ID = re.compile(r"[a-z][a-z0-9.-]*")
_msps: BoundedCache[tuple[bytes, MspVersion], Msp] = BoundedCache(256)
"""MSPs by configuration: a config update that leaves an organisation alone does not set it up again."""


@dataclass(frozen=True, slots=True)
class AnchorPeer:
    """A peer that other organisations' peers may reach."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of the channel: its group's name, its MSP, and where it can be reached."""

    name: str
    msp_id: str
    msp: Msp
    anchor_peers: tuple[AnchorPeer, ...] = ()
    endpoints: tuple[str, ...] = ()
    """Orderer organisations: host:port."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When the orderer cuts a block: by count, by bytes, or by time."""

    max_message_count: int
    absolute_max_bytes: int
    preferred_max_bytes: int
    timeout_ns: int


@dataclass(frozen=True, slots=True)
class Consensus:
    """The ordering service: etcdraft or BFT, its own settings, and BFT's consenters."""

    type: str
    metadata: bytes
    state: int
    """orderer.ConsensusType.State: 0 normal, 1 maintenance."""
    consenters: tuple[configuration_pb2.Consenter, ...]


class ChannelConfig:
    """An immutable view over one channel's configuration."""

    def __init__(self, channel_id: str, config: configtx_pb2.Config) -> None:
        """Parse and check everything, as a peer or orderer does before it takes a configuration up.

        Args:
            channel_id: the channel.
            config: kept and not copied: leave it alone afterwards.

        Raises:
            ConfigError, PolicyError, MessageError: naming the part.
        """
        check_channel_id(channel_id)
        if not config.HasField("channel_group"):
            raise ConfigError("config.channel_group", "is missing")
        self.channel_id = channel_id
        self.config = config
        self.sequence: int = config.sequence
        root = config.channel_group
        check_order_of_capabilities(root)
        values = read_values(root, CHANNEL_VALUES, ROOT)
        self.channel_capabilities = read_capabilities(values, ROOT)
        self.msp_version = msp_version_of(self.channel_capabilities)
        self.orderer_addresses = check_channel_values(values, self.channel_capabilities)
        self.application_organisations: Mapping[str, Organisation] = MappingProxyType({})
        self.orderer_organisations: Mapping[str, Organisation] = MappingProxyType({})
        self.application_capabilities: frozenset[str] = frozenset()
        self.orderer_capabilities: frozenset[str] = frozenset()
        self.acls: Mapping[str, str] = MappingProxyType({})
        self.batch_limits: BatchLimits | None = None
        self.consensus: Consensus | None = None
        self.max_channels = 0
        for name in root.groups:
            if name == APPLICATION:
                self._read_application(root.groups[name])
            elif name == ORDERER:
                self._read_orderer(root.groups[name])
            else:
                raise ConfigError(f"/{ROOT}/{name}", "is a group that channels may not have")
        self.msp_manager = MspManager(self._distinct_msps())
        self._policies = _policies(root, ROOT)

    @classmethod
    def from_envelope(cls, raw: bytes) -> "ChannelConfig":
        """From a CONFIG transaction's envelope."""
        channel_id, envelope = parse_config_envelope(raw)
        return cls(channel_id, envelope.config)

    @classmethod
    def from_block(cls, block: common_pb2.Block) -> "ChannelConfig":
        """From a config block, the genesis block among them."""
        if not block.data.data:
            raise ConfigError("block.data", "is empty")
        return cls.from_envelope(block.data.data[0])

    def _read_application(self, group: configtx_pb2.ConfigGroup) -> None:
        path = f"/{ROOT}/{APPLICATION}"
        values = read_values(group, APPLICATION_VALUES, path)
        self.application_capabilities = read_capabilities(values, APPLICATION)
        acls = {}
        for resource, one in read_value(values, "ACLs", peer_pb2.ACLs).acls.items():
            if one.policy_ref:
                absolute = one.policy_ref.startswith("/")
                acls[resource] = one.policy_ref if absolute else f"{path}/{one.policy_ref}"
        self.acls = MappingProxyType(acls)
        self.application_organisations = MappingProxyType(
            {name: self._organisation(name, one, path) for name, one in sorted(group.groups.items())}
        )

    def _read_orderer(self, group: configtx_pb2.ConfigGroup) -> None:
        path = f"/{ROOT}/{ORDERER}"
        values = read_values(group, ORDERER_VALUES, path)
        self.orderer_capabilities = read_capabilities(values, ORDERER)
        self.batch_limits = _batch_limits(values, path)
        kind = read_value(values, "ConsensusType", orderer_pb2.ConsensusType)
        consenters = tuple(read_value(values, "Orderers", configuration_pb2.Orderers).consenter_mapping)
        self.consensus = Consensus(kind.type, kind.metadata, kind.state, consenters)
        self.max_channels = read_value(
            values, "ChannelRestrictions", orderer_pb2.ChannelRestrictions
        ).max_count
        self.orderer_organisations = MappingProxyType(
            {name: self._organisation(name, one, path) for name, one in sorted(group.groups.items())}
        )
        missing = [name for name, one in self.orderer_organisations.items() if not one.endpoints]
        if "V3_0" in self.channel_capabilities and missing:
            raise ConfigError(path, f"V3_0 needs endpoints of every organisation, {missing} have none")

    def _organisation(self, name: str, group: configtx_pb2.ConfigGroup, parent: str) -> Organisation:
        path = f"{parent}/{name}"
        if group.groups:
            raise ConfigError(path, "organisations have no groups below them")
        special: dict[str, type[Message]] = {"MSP": msp_config_pb2.MSPConfig}
        if parent.endswith(APPLICATION):
            special["AnchorPeers"] = peer_pb2.AnchorPeers
        else:
            special["Endpoints"] = configuration_pb2.OrdererAddresses
        values = read_values(group, special, path)
        given = read_value(values, "MSP", msp_config_pb2.MSPConfig)
        key = (given.SerializeToString(), self.msp_version)
        try:
            msp = _msps.get(key, lambda: Msp.from_config(given, self.msp_version))
        except ProtocolError as reason:
            raise ConfigError(f"{path}/MSP", str(reason)) from None
        if not msp.msp_id:
            raise ConfigError(f"{path}/MSP", "has no name")
        peers = read_value(values, "AnchorPeers", peer_pb2.AnchorPeers).anchor_peers
        endpoints = read_value(values, "Endpoints", configuration_pb2.OrdererAddresses).addresses
        anchors = tuple(AnchorPeer(peer.host, peer.port) for peer in peers)
        return Organisation(name, msp.msp_id, msp, anchors, tuple(endpoints))

    def _distinct_msps(self) -> list[Msp]:
        found: dict[str, Msp] = {}
        for one in (*self.application_organisations.values(), *self.orderer_organisations.values()):
            if found.setdefault(one.msp_id, one.msp) is not one.msp:
                raise ConfigError(f"MSP {one.msp_id}", "is defined in two different versions")
        return list(found.values())

    def deserialize_identity(self, serialized: bytes) -> MspIdentity:
        """An identity of any of the channel's organisations (`MspManager.deserialize_identity`)."""
        return self.msp_manager.deserialize_identity(serialized)

    def policy(self, path: str) -> Policy:
        """The policy at `/Channel/…`, or relative to `/Channel`; if there is none, one that rejects all."""
        relative = path.removeprefix(f"/{ROOT}/")
        found = None if relative.startswith("/") else self._policies.get(relative)
        return found if found is not None else RejectPolicy(path)

    def has_policy(self, path: str) -> bool:
        """Whether the channel defines a policy at this path."""
        return not isinstance(self.policy(path), RejectPolicy)

    def application_policy(self, name: str) -> Policy:
        """A policy named relative to the application group, as chaincode definitions name theirs."""
        return self.policy(name if name.startswith("/") else f"/{ROOT}/{APPLICATION}/{name}")

    def acl_policy(self, resource: str) -> str:
        """The path of the policy that guards a resource, by the channel's ACLs or Fabric's defaults.

        Raises:
            ConfigError: the resource is unknown, or the peer's own and not the channel's.
        """
        if resource in PEER_RESOURCES:
            raise ConfigError(resource, f"is guarded by the peer's own {PEER_RESOURCES[resource]}")
        path = self.acls.get(resource) or CHANNEL_RESOURCES.get(resource)
        if path is None:
            raise ConfigError(resource, "is no resource that a policy guards")
        return path


def check_channel_id(channel_id: str) -> None:
    """Raise ConfigError unless the name is allowed (configtx.ValidateChannelID)."""
    if not channel_id or len(channel_id) > CHANNEL_ID_MAX or not _CHANNEL_ID.fullmatch(channel_id):
        raise ConfigError(
            "channel_id",
            f"{channel_id!r} must match {_CHANNEL_ID.pattern}, at most {CHANNEL_ID_MAX} characters",
        )


def parse_config_envelope(raw: bytes) -> tuple[str, configtx_pb2.ConfigEnvelope]:
    """Channel and ConfigEnvelope of a CONFIG transaction. Raises MessageError, ConfigError."""
    view = parse_envelope(raw)
    if view.type != common_pb2.CONFIG:
        raise ConfigError("channel_header.type", f"is {view.type}, expected CONFIG (1)")
    return view.channel_id, parse(configtx_pb2.ConfigEnvelope, view.data, "config_envelope")


def _batch_limits(values: Mapping[str, Message], path: str) -> BatchLimits:
    size = read_value(values, "BatchSize", orderer_pb2.BatchSize)
    for name in ("max_message_count", "absolute_max_bytes", "preferred_max_bytes"):
        if getattr(size, name) == 0:
            raise ConfigError(f"{path}/BatchSize.{name}", "is 0")
    if size.preferred_max_bytes > size.absolute_max_bytes:
        raise ConfigError(
            f"{path}/BatchSize.preferred_max_bytes",
            f"is {size.preferred_max_bytes}, above absolute_max_bytes {size.absolute_max_bytes}",
        )
    timeout = parse_duration_ns(
        read_value(values, "BatchTimeout", orderer_pb2.BatchTimeout).timeout, f"{path}/BatchTimeout"
    )
    if timeout <= 0:
        raise ConfigError(f"{path}/BatchTimeout", "is not above 0")
    return BatchLimits(size.max_message_count, size.absolute_max_bytes, size.preferred_max_bytes, timeout)


def _policies(group: configtx_pb2.ConfigGroup, path: str) -> dict[str, Policy]:
    """A group's policies, and those below as `group/name` (policies/policy.go, NewManagerImpl)."""
    below = {name: _policies(one, f"{path}/{name}") for name, one in sorted(group.groups.items())}
    found: dict[str, Policy] = {}
    for name, one in group.policies.items():
        if not one.HasField("policy"):
            raise ConfigError(f"/{path}/{name}", "is a policy without content")
        try:
            found[name] = policy_from_proto(one.policy, below)
        except ProtocolError as reason:
            raise ConfigError(f"/{path}/{name}", str(reason)) from None
    for name, policies in below.items():
        found.update({f"{name}/{inner}": policy for inner, policy in policies.items()})
    return found
