"""The network that the tests marked `fabric` share: two organisations that endorse, one that orders, and members
without peers for whom the features' persons sign. Blocks are cut at once, so that a test waits for nothing."""

import json
import socket

from tanhui.network.channel.load_topology import parse_topology
from tanhui.network.channel.topology import Topology

ENDORSERS = ("Regulator", "Operator")
MEMBERS = (
    *(
        "Agency",
        "Broker",
        "Bureau",
        "Cars",
        "Eve",
        "Exchange",
        "Holder",
        "Institute",
        "Jilin-Operator",
        "Kiosk",
        "Metro",
    ),
    *("Other", "Owner", "Park", "Police", "Rival", "Verifier"),
)
BOTH = "AND('RegulatorMSP.peer', 'OperatorMSP.peer')"
EITHER = "OR('RegulatorMSP.peer', 'OperatorMSP.peer')"
CHAINCODES = {"registry": BOTH, "conformance": BOTH, "kit": BOTH, "nodekit": BOTH}


def real_topology(*, consensus: str = "raft") -> Topology:
    """On ports of loopback that nobody listens on now."""
    port = iter(_free_ports(40))
    endorsing = [
        {
            "name": name,
            "msp_id": f"{name}MSP",
            "domain": f"{name.lower()}.example",
            "hosts": ["localhost"],
            "peers": [
                {
                    "name": "peer0",
                    "host": "127.0.0.1",
                    "port": next(port),
                    "chaincode_port": next(port),
                    "operations_port": next(port),
                    "anchor": True,
                }
            ],
            "users": [{"name": "client"}],
        }
        for name in ENDORSERS
    ]
    members = [
        {"name": name, "msp_id": f"{name}MSP", "domain": f"{name.lower()}.example", "member": True}
        for name in MEMBERS
    ]
    ed25519 = {
        "name": "Three",
        "msp_id": "ThreeMSP",
        "domain": "three.example",
        "member": True,
        "algorithm": "ed25519",
        "users": [{"name": "ed25519"}],
    }
    orderer = {
        "name": "orderer0",
        "host": "127.0.0.1",
        "port": next(port),
        "admin_port": next(port),
        "operations_port": next(port),
    }
    ordering = {
        "name": "Ordering",
        "msp_id": "OrderingMSP",
        "domain": "ordering.example",
        "hosts": ["localhost"],
        "orderers": [orderer],
    }
    chaincodes = [
        {
            "name": name,
            "endorsement_policy": policy,
            "services": {f"{one}MSP": f"127.0.0.1:{next(port)}" for one in ENDORSERS},
            "collections": [_collection("shared", EITHER)] if name == "kit" else [],
        }
        for name, policy in CHAINCODES.items()
    ]
    document = {
        "channel": {
            "name": "credits",
            "consensus": {"type": consensus},
            "batch": {"timeout_ms": 50, "messages_max": 1, "absolute_bytes_max": 99 << 20},
            "policies": {"application": {"LifecycleEndorsement": BOTH}},
        },
        "organisations": [*endorsing, ed25519, *members, ordering],
        "chaincodes": chaincodes,
    }
    return parse_topology(json.dumps(document).encode())


def _collection(name: str, endorsement: str) -> dict[str, object]:
    return {
        "name": name,
        "policy": "OR('RegulatorMSP.member', 'OperatorMSP.member')",
        "required_peers": 0,
        "peers_max": 1,
        "endorsement_policy": endorsement,
    }


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
