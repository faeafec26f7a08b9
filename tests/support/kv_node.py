"""A node of two organisations that runs the kv chaincode, and gateways for its members."""

import datetime
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.network.channel.load_topology import parse_topology
from tanhui.network.channel.topology import Topology
from tanhui.network.gateway import Gateway, connect
from tanhui.network.protocol.transport import Transport
from tanhui.node.clock import Clock, system_clock
from tanhui.node.ledger import LedgerOptions
from tanhui.node.node import Node
from tanhui.node.settings import NodeSettings
from tests.support.kv_chaincode import KvChaincode

TOPOLOGY = """
channel:
  name: credits
  consensus: {type: raft}
  batch:
    timeout_ms: %(timeout_ms)d
    messages_max: %(messages_max)d
    absolute_bytes_max: 1048576
    preferred_bytes_max: 524288
organisations:
  - name: One
    msp_id: OneMSP
    domain: one.example
    hosts: [localhost]
    peers: [{name: peer0, host: 127.0.0.1, port: 7051}]
    users: [{name: alice}, {name: bob}]
  - name: Two
    msp_id: TwoMSP
    domain: two.example
    hosts: [localhost]
    peers: [{name: peer0, host: 127.0.0.1, port: 8051}]
    users: [{name: carol}]
  - name: Ordering
    msp_id: OrderingMSP
    domain: ordering.example
    hosts: [localhost]
    orderers: [{name: orderer0, host: 127.0.0.1, port: 7050}]
chaincodes:
  - {name: kv, version: "%(version)s", sequence: %(sequence)d, endorsement_policy: "%(policy)s"}
"""

BOTH = "AND('OneMSP.peer', 'TwoMSP.peer')"


def topology(
    *,
    timeout_ms: int = 20,
    messages_max: int = 50,
    version: str = "1.0",
    sequence: int = 1,
    policy: str = BOTH,
) -> Topology:
    """Two organisations that must both endorse, and small, quick blocks."""
    text = TOPOLOGY % {
        "timeout_ms": timeout_ms,
        "messages_max": messages_max,
        "version": version,
        "sequence": sequence,
        "policy": policy,
    }
    return parse_topology(text.encode())


@asynccontextmanager
async def kv_node(
    folder: Path,
    described: Topology | None = None,
    settings: NodeSettings | None = None,
    *,
    chaincodes: Mapping[str, Chaincode] | None = None,
    clock: Clock = system_clock,
) -> AsyncIterator[Node]:
    """A node with little memory, stopped at the end."""
    options = LedgerOptions(cache_bytes=8 * 1024 * 1024, write_buffer_bytes=4 * 1024 * 1024)
    running = {"kv": KvChaincode()} if chaincodes is None else chaincodes
    async with Node.open(
        folder,
        topology() if described is None else described,
        settings,
        chaincodes=running,
        ledger_options=options,
        clock=clock,
    ) as node:
        yield node


def gateway(
    node: Node,
    msp_id: str = "OneMSP",
    user: str = "alice",
    transport: Transport | None = None,
    *,
    share_commit_stream: bool = False,
) -> Gateway:
    """A gateway for a client, in process unless another transport is given."""
    organisation = node.network.organisations[msp_id]
    member = organisation.signing_identity("admin" if user == "Admin" else "client", user)
    return connect(
        node.transport if transport is None else transport,
        member.identity,
        member.signer,
        share_commit_stream=share_commit_stream,
    )


def years_later(years: int) -> Clock:
    """A clock that is ahead."""
    ahead_ns = int(datetime.timedelta(days=366 * years).total_seconds()) * 10**9
    return lambda: system_clock() + ahead_ns
