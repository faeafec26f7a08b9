"""The difference between a topology and a channel's configuration, and that it leads there."""

from pathlib import Path

import msgspec
import pytest
from fabric_protos.common import configuration_pb2

from tanhui.network.channel.config_delta import compute_update
from tanhui.network.channel.config_update import config_of
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.planned_change import Difference, differences, planned
from tanhui.network.channel.topology import Orderer, Topology
from tests.support.topologies import shipped_topology


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return make_network(tmp_path / "network", shipped_topology("small"))


def edited(network: Network, topology: Topology) -> list[Difference]:
    """What the edit changes, from a channel that is as the network was made."""
    again = make_network(network.folder, topology)
    current = config_of(network.genesis)
    wanted = planned(again, current)
    found = differences(current, wanted)
    if found:
        update = compute_update(topology.channel.name, current, wanted)
        assert update.write_set != update.read_set
    return found


def with_organisation(topology: Topology, name: str, **fields: object) -> Topology:
    return msgspec.structs.replace(
        topology,
        organisations=[
            msgspec.structs.replace(one, **fields) if one.name == name else one
            for one in topology.organisations
        ],
    )


def with_fifth(topology: Topology) -> Topology:
    """A fifth ordering node, the notary's second."""
    notary = next(one for one in topology.organisations if one.name == "NotaryOrdering")
    fifth = Orderer(name="orderer1", host="127.0.0.1", port=10_150, admin_port=10_153, operations_port=10_159)
    return with_organisation(topology, "NotaryOrdering", orderers=[*notary.orderers, fifth])


def test_nothing_differs_from_what_was_just_made(network: Network) -> None:
    assert edited(network, network.topology) == []


def test_an_acl_and_an_anchor_peer_change_what_they_name(network: Network) -> None:
    topology = network.topology
    channel = msgspec.structs.replace(topology.channel, acls={"qscc/GetChainInfo": "/Channel/Readers"})
    operator = next(one for one in topology.organisations if one.name == "Operator")
    peers = [msgspec.structs.replace(one, anchor=False) for one in operator.peers]
    changed = with_organisation(msgspec.structs.replace(topology, channel=channel), "Operator", peers=peers)
    assert edited(network, changed) == [
        Difference("/Channel/Application/Operator/AnchorPeers", "goes"),
        Difference("/Channel/Application/ACLs", "comes"),
    ]


def test_an_organisation_that_leaves_goes_as_a_whole(network: Network) -> None:
    topology = network.topology
    others = [one for one in topology.organisations if one.name != "Operator"]
    chaincodes = [msgspec.structs.replace(one, services={}) for one in topology.chaincodes]
    found = edited(network, msgspec.structs.replace(topology, organisations=others, chaincodes=chaincodes))
    assert Difference("/Channel/Application/Operator", "goes") in found
    assert {one.what for one in found} == {"goes"}


def test_a_revocation_changes_the_organisations_msp_alone(network: Network) -> None:
    regulator = network.organisations["RegulatorMSP"]
    regulator.revoke(regulator.member("client", "registrar").identity().certificate)
    assert edited(network, network.topology) == [Difference("/Channel/Application/Regulator/MSP", "changes")]


def test_consenters_come_and_are_renewed_one_at_a_time(tmp_path: Path) -> None:
    network = make_network(tmp_path / "network", shipped_topology("province"))
    topology = network.topology
    assert edited(network, topology) == []
    notary = network.organisations["NotaryOrderingMSP"]
    notary.renew(notary.member("orderer", "orderer0"))
    found = edited(network, topology)
    assert {one.path for one in found} == {
        "/Channel/Orderer/Orderers", "/Channel/Orderer policy BlockValidation",
    }  # fmt: skip
    with pytest.raises(ChannelError, match="must change one at a time"):
        edited(network, with_fifth(topology))


def test_a_consenter_that_stays_keeps_its_number(tmp_path: Path) -> None:
    network = make_network(tmp_path / "network", with_fifth(shipped_topology("province")))
    topology = network.topology
    fewer = [one for one in topology.organisations if one.name != "OperatorOrdering"]
    again = make_network(network.folder, msgspec.structs.replace(topology, organisations=fewer))
    wanted = planned(again, config_of(network.genesis))
    mapping = wanted.channel_group.groups["Orderer"].values["Orderers"].value
    ids = [one.id for one in configuration_pb2.Orderers.FromString(mapping).consenter_mapping]
    assert ids == [1, 3, 4, 5]
