"""One call makes a network's folder; another opens it and adds what the topology has gained."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2
from hypothesis import given
from hypothesis import strategies as st

from tanhui.crypto_config.attributes import certificate_attributes
from tanhui.network.channel.durations import go_duration
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.genesis import genesis_block
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.make_network import channel_material, make_network
from tanhui.network.channel.policies import bft_quorum
from tanhui.network.channel.topology import User

TOPOLOGIES = Path(__file__).parents[3] / "network" / "topologies"
MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


def test_made_once_and_opened_again(tmp_path: Path) -> None:
    topology = load_topology(TOPOLOGIES / "embedded.yaml")
    first = make_network(tmp_path, topology)
    again = make_network(tmp_path, topology)
    assert again.genesis == first.genesis == (tmp_path / "credits.block").read_bytes()
    regulator = again.organisations["RegulatorMSP"]
    assert regulator.signing_identity("peer", "peer0").sign(b"x") == first.organisations[
        "RegulatorMSP"
    ].signing_identity("peer", "peer0").sign(b"x")
    registrar = regulator.member("client", "registrar").identity().certificate
    assert certificate_attributes(registrar)["tanhui.person"] == "regulator-1"
    assert regulator.has_member("admin", "Admin")


def test_what_a_kill_left_half_made_is_made_anew(tmp_path: Path) -> None:
    topology = load_topology(TOPOLOGIES / "small.yaml")
    half = tmp_path / "network.making" / "organisations" / "regulator.example"
    half.mkdir(parents=True)
    (half / "half").touch()
    made = make_network(tmp_path / "network", topology)
    assert made.genesis_file == tmp_path / "network" / "credits.block"
    assert [path.name for path in tmp_path.iterdir()] == ["network"]
    assert not list(tmp_path.rglob("half"))


def test_a_member_that_the_topology_gains_is_let_in(tmp_path: Path) -> None:
    topology = load_topology(TOPOLOGIES / "small.yaml")
    first = make_network(tmp_path, topology)
    operator = topology.organisations[1]
    more = msgspec.structs.replace(operator, users=[*operator.users, User(name="second")])
    grown = msgspec.structs.replace(
        topology, organisations=[topology.organisations[0], more, topology.organisations[2]]
    )
    again = make_network(tmp_path, grown)
    assert again.genesis == first.genesis
    assert again.organisations["OperatorMSP"].has_member("client", "second")


def test_block_0_carries_the_msps_and_hashes_right(tmp_path: Path) -> None:
    network = make_network(tmp_path, load_topology(TOPOLOGIES / "small.yaml"))
    block = common_pb2.Block.FromString(network.genesis)
    assert block.header.number == 0
    assert block.header.data_hash == hashlib.sha256(block.data.data[0]).digest()
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
    config = configtx_pb2.ConfigEnvelope.FromString(payload.data).config
    group = config.channel_group.groups["Application"].groups["Operator"]
    msp = msp_config_pb2.MSPConfig.FromString(group.values["MSP"].value)
    fabric = msp_config_pb2.FabricMSPConfig.FromString(msp.config)
    assert fabric.name == "OperatorMSP"
    assert list(fabric.root_certs) == list(network.organisations["OperatorMSP"].msp.root_certificates)
    assert fabric.fabric_node_ous.enable
    assert b"PRIVATE KEY" not in network.genesis


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    network = make_network(tmp_path, load_topology(TOPOLOGIES / "province.yaml"))
    material = channel_material(network.topology, network.organisations)
    one, two = (genesis_block(network.topology, material, moment=MOMENT, nonce=bytes(24)) for _ in range(2))
    assert one == two


def test_material_of_another_network_is_refused(tmp_path: Path) -> None:
    small = make_network(tmp_path / "small", load_topology(TOPOLOGIES / "small.yaml"))
    province = load_topology(TOPOLOGIES / "province.yaml")
    material = channel_material(small.topology, small.organisations)
    with pytest.raises(ChannelError, match="consenters"):
        genesis_block(province, material)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0s"), (1, "1ms"), (999, "999ms"), (1000, "1s"), (1500, "1.5s"), (1001, "1.001s"), (60000, "1m0s"),
     (61250, "1m1.25s"), (3600000, "1h0m0s"), (5400000, "1h30m0s"), (86400000, "24h0m0s")],
)  # fmt: skip
def test_go_durations(milliseconds: int, text: str) -> None:
    assert go_duration(milliseconds) == text


@given(st.integers(min_value=4, max_value=1000))
def test_two_bft_quorums_share_an_honest_node(consenters: int) -> None:
    faulty = (consenters - 1) // 3
    quorum = bft_quorum(consenters)
    assert 2 * quorum - consenters > faulty
    assert quorum <= consenters - faulty
