"""The channel configuration equals what Fabric's configtxgen makes for the same input, part by part."""

from pathlib import Path

import pytest
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.common.configuration_pb2 import Capabilities
from fabric_protos.peer import configuration_pb2

from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.make_network import make_network
from tests.conftest import fabric_programs
from tests.support.configtx import configtxgen_block, run

TOPOLOGIES = Path(__file__).parents[3] / "network" / "topologies"
ODD = Path(__file__).with_name("odd.yaml")


def channel_config(block: bytes) -> configtx_pb2.Config:
    parsed = common_pb2.Block.FromString(block)
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(parsed.data.data[0]).payload)
    return configtx_pb2.ConfigEnvelope.FromString(payload.data).config


def shape(block: bytes) -> tuple[object, ...]:
    """Everything of a genesis block outside the configuration, without nonce, txid, time and data hash."""
    parsed = common_pb2.Block.FromString(block)
    envelope = common_pb2.Envelope.FromString(parsed.data.data[0])
    header = common_pb2.Payload.FromString(envelope.payload).header
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    signature = common_pb2.SignatureHeader.FromString(header.signature_header)
    return (
        list(parsed.metadata.metadata), parsed.header.number, parsed.header.previous_hash, envelope.signature,
        channel.type, channel.version, channel.channel_id, channel.epoch, channel.extension,
        signature.creator, len(signature.nonce), len(channel.tx_id), channel.timestamp.nanos,
    )  # fmt: skip


def groups(group: configtx_pb2.ConfigGroup, path: str = "/Channel") -> dict[str, object]:
    """Every element of a tree by its path, so that a difference says where it is."""
    found: dict[str, object] = {path: (group.mod_policy, group.version)}
    for name, value in group.values.items():
        decoded: object = value.value
        if name == "ACLs":  # maps, which Go writes in any order
            decoded = configuration_pb2.ACLs.FromString(value.value)
        if name == "Capabilities":
            decoded = Capabilities.FromString(value.value)
        found[f"{path}#{name}"] = (value.mod_policy, value.version, decoded)
    for name, policy in group.policies.items():
        found[f"{path}!{name}"] = policy
    for name, child in group.groups.items():
        found |= groups(child, f"{path}/{name}")
    return found


def the_programs() -> Path:
    folder = fabric_programs()
    assert folder is not None
    return folder


@pytest.mark.fabric
@pytest.mark.parametrize("name", ["small.yaml", "province.yaml", "embedded.yaml", "odd"])
def test_equal_to_configtxgen(tmp_path: Path, name: str) -> None:
    topology = load_topology(ODD if name == "odd" else TOPOLOGIES / name)
    network = make_network(tmp_path / "network", topology)
    theirs = configtxgen_block(the_programs() / "configtxgen", network, tmp_path)
    ours, other = channel_config(network.genesis), channel_config(theirs)
    assert groups(ours.channel_group) == groups(other.channel_group)
    assert (ours.sequence, ours.channel_group.version) == (other.sequence, other.channel_group.version)
    assert shape(network.genesis) == shape(theirs)


@pytest.mark.fabric
def test_configtxgen_reads_our_block(tmp_path: Path) -> None:
    network = make_network(tmp_path, load_topology(TOPOLOGIES / "province.yaml"))
    (tmp_path / "configtx.yaml").write_text("{}", "utf-8")
    shown = run(the_programs() / "configtxgen", "-inspectBlock", network.genesis_file, folder=tmp_path)
    assert b"NotaryOrderingMSP" in shown
