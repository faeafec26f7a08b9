"""What a running channel lacks of its topology: the same description that made it also changes it.

An organisation joins or leaves, an ordering node comes or goes or has new certificates, a certificate is revoked,
anchor peers, ACLs, policies, limits: each is an edit of the topology file, or of the crypto folders, and the
difference between what they describe now and what the channel's configuration says is the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from fabric_protos.common import configtx_pb2, configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from fabric_protos.orderer.etcdraft import configuration_pb2 as etcdraft_pb2

from tanhui.network.channel.config_tree import ORDERER, ChannelMaterial, channel_group
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network, channel_material
from tanhui.network.protocol.messages import parse

Config = configtx_pb2.Config
ConfigGroup = configtx_pb2.ConfigGroup

CONSENTERS_AT_ONCE_MAX: Final = 1
"""Fabric takes one change of the consenters at a time: more could lose the quorum (etcdraft/util.go)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One element of the configuration: its path, and whether it comes, goes or changes."""

    path: str
    what: str


def planned(network: Network, current: Config) -> Config:
    """The configuration that topology and crypto folders describe.

    Raises:
        ChannelError: more than one consenter would change at once.
    """
    material = channel_material(network.topology, network.organisations)
    numbers = _numbers(current)
    fresh = max(numbers.values(), default=0)
    consenters = []
    for each in material.consenters:
        number = numbers.get((each.host, each.port))
        if number is None and numbers:
            number = fresh = fresh + 1
        consenters.append(replace(each, number=number or each.number))
    wanted = Config(sequence=current.sequence)
    wanted.channel_group.CopyFrom(channel_group(network.topology, ChannelMaterial(material.msps, consenters)))
    changed = _changed_consenters(current, wanted)
    if len(changed) > CONSENTERS_AT_ONCE_MAX:
        raise ChannelError("consenters", ", ".join(changed), "must change one at a time")
    return wanted


def differences(current: Config, wanted: Config) -> list[Difference]:
    """Every element that comes, goes or changes, by its path."""
    before, after = dict(_elements(current.channel_group)), dict(_elements(wanted.channel_group))
    found = [Difference(path, "goes") for path in sorted(before.keys() - after.keys())]
    found += [Difference(path, "comes") for path in sorted(after.keys() - before.keys())]
    both = sorted(before.keys() & after.keys())
    return found + [Difference(path, "changes") for path in both if before[path] != after[path]]


def members_of(config: Config) -> set[str]:
    """The names of the channel's organisations, those of the ordering service among them."""
    return {name for group in config.channel_group.groups.values() for name in group.groups}


def _elements(group: ConfigGroup, path: str = "/Channel") -> Iterator[tuple[str, bytes]]:
    for name, value in group.values.items():
        yield f"{path}/{name}", value.value
    for name, policy in group.policies.items():
        yield f"{path} policy {name}", policy.policy.SerializeToString(deterministic=True)
    for name, child in group.groups.items():
        yield f"{path}/{name}", b""
        yield from _elements(child, f"{path}/{name}")


def _numbers(config: Config) -> dict[tuple[str, int], int]:
    """BFT's consenter ids by address, empty under Raft: who stays keeps his number."""
    return {(one.host, one.port): one.id for one in _bft_consenters(config)}


def _bft_consenters(config: Config) -> list[configuration_pb2.Consenter]:
    values = config.channel_group.groups[ORDERER].values
    if "Orderers" not in values:
        return []
    return list(parse(configuration_pb2.Orderers, values["Orderers"].value, "orderers").consenter_mapping)


def _changed_consenters(current: Config, wanted: Config) -> list[str]:
    before, after = _consenters(current), _consenters(wanted)
    addresses = before.keys() | after.keys()
    return sorted(address for address in addresses if before.get(address) != after.get(address))


def _consenters(config: Config) -> dict[str, bytes]:
    """Each consenter's certificates by its address."""
    if bft := _bft_consenters(config):
        return {f"{one.host}:{one.port}": one.identity + one.server_tls_cert for one in bft}
    value = config.channel_group.groups[ORDERER].values["ConsensusType"].value
    metadata = parse(orderer_pb2.ConsensusType, value, "consensus_type").metadata
    raft = parse(etcdraft_pb2.ConfigMetadata, metadata, "consensus_type.metadata")
    return {f"{one.host}:{one.port}": one.server_tls_cert for one in raft.consenters}
