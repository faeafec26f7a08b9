"""A topology file is read whole or refused with the field's path and the value that stands there."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.load_topology import load_topology, parse_topology
from tanhui.network.channel.topology import Bft, Raft

TOPOLOGIES = Path(__file__).parents[3] / "network" / "topologies"
SMALL = yaml.safe_load((TOPOLOGIES / "small.yaml").read_text("utf-8"))
PROVINCE = yaml.safe_load((TOPOLOGIES / "province.yaml").read_text("utf-8"))


def test_the_shipped_topologies() -> None:
    small = load_topology(TOPOLOGIES / "small.yaml")
    assert len(small.members) == 2
    assert len(small.consenters) == 1
    assert isinstance(small.channel.consensus, Raft)
    province = load_topology(TOPOLOGIES / "province.yaml")
    assert [len(each.peers) for each in province.members] == [2, 2, 2]
    assert len(province.consenters) == 4
    assert isinstance(province.channel.consensus, Bft)
    assert province.channel.capabilities.channel == "V3_0"


Change = Callable[[Any], object]


def _set(path: str, value: object) -> Change:
    def change(document: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in steps:
            document = document[step]
        document[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "field", "value", "reason"),
    [
        (_set("organisations.0.peers.0.port", 70000), "organisations[0].peers[0].port", 70000, "65535"),
        (_set("organisations.1.msp_id", "A'B"), "organisations[1].msp_id", "A'B", "regex"),
        (_set("organisations.1.msp_id", "RegulatorMSP"), "organisations[].msp_id", "RegulatorMSP", "once"),
        (_set("organisations.0.domain", "../x"), "organisations[0].domain", "../x", "lower-case DNS"),
        (_set("organisations.0.colour", "red"), "organisations[0]", "dict", "unknown field `colour`"),
        (_set("organisations.2.orderers", []), "organisations", "none with orderers", "an ordering node"),
        (_set("organisations.1.peers.0.port", 7051), "host:port", "127.0.0.1:7051", "once"),
        (_set("channel.name", "Credits"), "channel.name", "Credits", "regex"),
        (_set("channel.consensus", {"type": "solo"}), "channel.consensus.type", "solo", "solo"),
        (_set("channel.consensus", {"type": "bft"}), "organisations[].orderers", 1, "at least 4"),
        (
            _set("channel.consensus", {"type": "raft", "election_ticks": 1}),
            "channel.consensus.election_ticks", 1, "greater than heartbeat_ticks (1)",
        ),
        (
            _set("channel.batch", {"preferred_bytes_max": 20, "absolute_bytes_max": 10}),
            "channel.batch.preferred_bytes_max", 20, "absolute_bytes_max (10)",
        ),
        (
            _set("channel.policies", {"application": {"Admins": "MOST Admins"}}),
            "channel.policies.application.Admins", "MOST Admins", "AND, OR or OutOf",
        ),
        (
            _set("channel.acls", {"qscc/GetChainInfo": "Readers"}),
            "channel.acls[qscc/GetChainInfo]", "Readers", "path under /Channel",
        ),
        (
            _set("chaincodes.0.endorsement_policy", "ANY Endorsement"),
            "chaincodes[0].endorsement_policy", "ANY Endorsement", "AND, OR or OutOf",
        ),
        (
            _set("chaincodes.0.collections", [{"name": "c", "policy": "OR('A.peer')", "peers_max": 0}]),
            "chaincodes[0].collections[0].peers_max", 0, "at least required_peers",
        ),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_its_value(
    change: Change, field: str, value: object, reason: str
) -> None:
    document = copy.deepcopy(SMALL)
    change(document)
    with pytest.raises(ChannelError) as caught:
        parse_topology(yaml.safe_dump(document, allow_unicode=True).encode())
    assert (caught.value.field, caught.value.value) == (field, value)
    assert reason in caught.value.reason


def test_bft_needs_fabric_3() -> None:
    document = copy.deepcopy(PROVINCE)
    document["channel"]["capabilities"] = {"channel": "V2_0"}
    with pytest.raises(ChannelError, match=r"channel.capabilities.channel 'V2_0': must be V3_0 for bft"):
        parse_topology(yaml.safe_dump(document).encode())


@pytest.mark.parametrize("text", [b"", b"[", b"channel: 1", b"\xff\xfe\x00", b"- a"])
def test_what_is_no_topology_is_refused(text: bytes) -> None:
    with pytest.raises(ChannelError):
        parse_topology(text)
