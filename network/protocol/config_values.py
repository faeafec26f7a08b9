"""Values of a channel's configuration groups, parsed by name, and the rules on the channel's own.

Sources: common/channelconfig (standardvalues.go, channel.go, bundle.go preValidate), common/capabilities.
"""

from collections.abc import Mapping
from typing import Final

from fabric_protos.common import configtx_pb2, configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from fabric_protos.peer import configuration_pb2 as peer_pb2
from google.protobuf.message import Message

from tanhui.network.protocol.errors import ConfigError
from tanhui.network.protocol.messages import MessageT, parse
from tanhui.network.protocol.msp import MspVersion

ROOT: Final = "Channel"
APPLICATION: Final = "Application"
ORDERER: Final = "Orderer"

_WIDTH = 2**32 - 1

_KNOWN_CAPABILITIES = {
    ROOT: frozenset({"V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0", "V3_0"}),
    ORDERER: frozenset({"V1_1", "V1_4_2", "V2_0"}),
    APPLICATION: frozenset({"V1_1", "V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"}),
}

CHANNEL_VALUES: Mapping[str, type[Message]] = {
    "HashingAlgorithm": configuration_pb2.HashingAlgorithm,
    "BlockDataHashingStructure": configuration_pb2.BlockDataHashingStructure,
    "OrdererAddresses": configuration_pb2.OrdererAddresses,
    "Orderers": configuration_pb2.Orderers,
    "Consortium": configuration_pb2.Consortium,
    "Capabilities": configuration_pb2.Capabilities,
}
ORDERER_VALUES: Mapping[str, type[Message]] = {
    "ConsensusType": orderer_pb2.ConsensusType,
    "BatchSize": orderer_pb2.BatchSize,
    "BatchTimeout": orderer_pb2.BatchTimeout,
    "KafkaBrokers": orderer_pb2.KafkaBrokers,
    "ChannelRestrictions": orderer_pb2.ChannelRestrictions,
    "Orderers": configuration_pb2.Orderers,
    "Capabilities": configuration_pb2.Capabilities,
}
APPLICATION_VALUES: Mapping[str, type[Message]] = {
    "ACLs": peer_pb2.ACLs,
    "Capabilities": configuration_pb2.Capabilities,
}


def read_values(
    group: configtx_pb2.ConfigGroup, known: Mapping[str, type[Message]], path: str
) -> dict[str, Message]:
    """A group's values by name, parsed; an unknown name is refused (standardvalues.go)."""
    found = {}
    for name, value in group.values.items():
        kind = known.get(name)
        if kind is None:
            raise ConfigError(f"{path}/{name}", "is a value that this group may not have")
        found[name] = parse(kind, value.value, f"{path}/{name}")
    return found


def read_value(values: Mapping[str, Message], name: str, kind: type[MessageT]) -> MessageT:
    """One parsed value, the empty message where the group lacks it."""
    found = values.get(name)
    return found if isinstance(found, kind) else kind()


def read_capabilities(values: Mapping[str, Message], group: str) -> frozenset[str]:
    """A group's capabilities; one that this library does not know is refused. Raises ConfigError."""
    found = frozenset(read_value(values, "Capabilities", configuration_pb2.Capabilities).capabilities)
    unknown = found - _KNOWN_CAPABILITIES[group]
    if unknown:
        raise ConfigError(f"{group}/Capabilities", f"{sorted(unknown)} are required and not supported")
    return found


def msp_version_of(capabilities: frozenset[str]) -> MspVersion:
    """How the channel's MSPs behave, by its capabilities. Raises ConfigError below V1_4_3."""
    if "V3_0" in capabilities:
        return MspVersion.V3_0
    if capabilities & {"V2_0", "V1_4_3"}:
        return MspVersion.V1_4_3
    raise ConfigError(
        f"{ROOT}/Capabilities", f"{sorted(capabilities)} lack V1_4_3: older ones are not supported"
    )


def check_order_of_capabilities(root: configtx_pb2.ConfigGroup) -> None:
    """bundle.go, preValidate: orderers come first."""
    if ORDERER not in root.groups or "Capabilities" in root.groups[ORDERER].values:
        return
    if "Capabilities" in root.values:
        raise ConfigError(f"{ROOT}/Capabilities", "need orderer capabilities first")
    if APPLICATION in root.groups and "Capabilities" in root.groups[APPLICATION].values:
        raise ConfigError(f"{APPLICATION}/Capabilities", "need orderer capabilities first")


def check_channel_values(values: Mapping[str, Message], capabilities: frozenset[str]) -> tuple[str, ...]:
    """Check hashing, block data width and global orderer addresses; returns these. Raises ConfigError."""
    hashing = read_value(values, "HashingAlgorithm", configuration_pb2.HashingAlgorithm).name
    if hashing not in ("SHA256", "SHA3_256"):
        raise ConfigError(f"/{ROOT}/HashingAlgorithm", f"is {hashing!r}, expected SHA256 or SHA3_256")
    width = read_value(values, "BlockDataHashingStructure", configuration_pb2.BlockDataHashingStructure).width
    if width != _WIDTH:
        raise ConfigError(f"/{ROOT}/BlockDataHashingStructure", f"width is {width}, expected {_WIDTH}")
    addresses = tuple(read_value(values, "OrdererAddresses", configuration_pb2.OrdererAddresses).addresses)
    if addresses and "V3_0" in capabilities:
        raise ConfigError(
            f"/{ROOT}/OrdererAddresses", "are not allowed with V3_0: organisations have endpoints"
        )
    return addresses
