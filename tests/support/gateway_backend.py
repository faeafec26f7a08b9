"""Transactions of the features through a Gateway: on a real Fabric network, and on an embedded node beside it.

Both get the very same proposal (nonce and timestamp fixed), so that id, answer, event and read-write set must be
equal; read versions are left out, because blocks are numbered by what else a network did.
"""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.topology import Topology
from tanhui.network.gateway import GatewayError, connect
from tanhui.network.gateway.gateway import Gateway
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.protocol.identities import creator_of
from tanhui.network.protocol.proposals import Proposal, build_proposal
from tanhui.network.protocol.transport import Transport
from tanhui.node.ledger import LedgerOptions
from tanhui.node.node import Node
from tests.support.both_ways import BothWays
from tests.support.registry_world import Outcome, Person, usual_msp_id
from tests.support.stream_node import served, service

REFUSED = re.compile(r"chaincode response (\d+), (\{.*\})", re.DOTALL)
NANO = 1_000_000_000


class Persons:
    """Certificates for the features' persons, issued once by their organisation's own authority."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: dict[Person, SigningIdentity] = {}

    def has(self, msp_id: str) -> bool:
        return msp_id in self._network.organisations

    def identity(self, person: Person) -> SigningIdentity:
        found = self._known.get(person)
        if found is None:
            attributes = {
                "tanhui.org": person.organisation,
                "tanhui.role": person.role,
                "tanhui.person": person.person,
            }
            given = {name: value for name, value in attributes.items() if value}
            organisation = self._network.organisations[person.msp_id]
            name = f"{person.person or 'nobody'}-{len(self._known)}"
            found = self._known[person] = organisation.add_user(name, "client", given).signing_identity()
        return found


@dataclass(frozen=True)
class Endorsed:
    """What the endorsers of one network said.

    Attributes:
        answer: status, message and payload.
        event: peer.ChaincodeEvent bytes.
        writes: by namespace, the read-write set without read versions, as text.
    """

    answer: tuple[int, str, bytes]
    event: bytes
    writes: Mapping[str, str]


Asked = Coroutine[Any, Any, Endorsed]


class Side:
    """One network: asks its Gateway, and takes answers apart.

    A transaction is done when every peer has its block: one that is behind would answer from an older state.
    """

    def __init__(self, *peers: Transport) -> None:
        self._transport, *self._others = peers

    async def submit(self, signer: SigningIdentity, proposal: Proposal) -> Endorsed:
        """Endorse, order and commit; a refusal is an answer."""
        try:
            transaction = await self._gateway(signer).rebuild_proposal(_proposed(signer, proposal)).endorse()
        except GatewayError as error:
            return refusal(error)
        submitted = await transaction.submit()
        commit = submitted.serialize()
        for peer in self._others:
            await connect(peer, signer.identity, signer.signer).rebuild_commit(commit).status()
        status = await submitted.status()
        assert status.successful, status
        prepared = gateway_pb2.PreparedTransaction.FromString(transaction.serialize())
        return endorsed(prepared.envelope)

    async def evaluate(self, signer: SigningIdentity, proposal: Proposal) -> Endorsed:
        """Ask one peer."""
        try:
            payload = await self._gateway(signer).rebuild_proposal(_proposed(signer, proposal)).evaluate()
        except GatewayError as error:
            return refusal(error)
        return Endorsed((200, "", payload), b"", {})

    def _gateway(self, signer: SigningIdentity) -> Gateway:
        return connect(self._transport, signer.identity, signer.signer)


class GatewayBackend:
    """`Backend` on Fabric, every transaction repeated on an embedded node and compared."""

    def __init__(
        self,
        loop: LoopThread,
        peers: Sequence[Transport],
        persons: Persons,
        channel: str,
        chaincode: str,
        node: "NodeBeside",
    ) -> None:
        self._loop = loop
        self._real = Side(*peers)
        self._beside = node
        self._node = Side(node.node.transport)
        self._persons = persons
        self._channel = channel
        self._chaincode = chaincode

    def msp_id(self, organisation: str) -> str:
        """Its own where the channel has it; else it is looked after by another member, as small ones are."""
        own = usual_msp_id(organisation)
        return own if self._persons.has(own) else "OtherMSP"

    def submit(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        signer, proposal = self._proposal(person, function, argument, seconds)
        return self._compared(
            proposal, self._real.submit(signer, proposal), self._node.submit(signer, proposal)
        )

    def evaluate(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        signer, proposal = self._proposal(person, function, argument, seconds)
        return self._compared(
            proposal, self._real.evaluate(signer, proposal), self._node.evaluate(signer, proposal)
        )

    def _compared(self, proposal: Proposal, real: Asked, node: Asked) -> Outcome:
        async def both() -> tuple[Endorsed, Endorsed]:
            return await asyncio.gather(real, node)

        found, wanted = self._loop.run(both())
        assert found == wanted, f"Fabric: {found}\nembedded node: {wanted}"
        status, message, payload = found.answer
        if status >= 400:
            return Outcome(status, None, json.loads(message), proposal.transaction_id)
        return Outcome(status, json.loads(payload), None, proposal.transaction_id)

    def _proposal(
        self, person: Person, function: str, argument: bytes, seconds: int
    ) -> tuple[SigningIdentity, Proposal]:
        signer = self._persons.identity(person)
        self._beside.now_ns = seconds * NANO
        proposal = build_proposal(
            creator=creator_of(signer.identity),
            channel_id=self._channel,
            chaincode=self._chaincode,
            arguments=(function.encode(), argument),
            timestamp_ns=seconds * NANO,
            nonce=secrets.token_bytes(24),
        )
        return signer, proposal


class NodeBeside:
    """An embedded node of a network's organisations, with the registry under each of the names given.

    `network` is opened where it is kept, so that a real one and this node trust the same certificates. Its clock
    stands where the scenario's does (`now_ns`).
    """

    def __init__(
        self,
        loop: LoopThread,
        network: Network,
        folder: Path,
        chaincodes: Sequence[str],
        now_ns: int = 0,
        *,
        stream: bool = False,
    ) -> None:
        self._loop = loop
        self._stack = AsyncExitStack()
        self._stream = stream
        self.both_ways: BothWays | None = None
        self.now_ns = now_ns or time.time_ns()
        folder.mkdir()
        (folder / "network").symlink_to(network.folder)
        self.node: Node = loop.run(
            self._opened(folder, _with_registries(network.topology, chaincodes), chaincodes)
        )

    def close(self) -> None:
        self._loop.run(self._stack.aclose())

    async def _opened(self, folder: Path, topology: Topology, names: Sequence[str]) -> Node:
        registry: Chaincode = registry_contract()
        if self._stream:
            found = service(make_network(folder / "network", topology), names[0])
            opened = await self._stack.enter_async_context(served(found, registry))
            registry = self.both_ways = BothWays(opened, registry)
        return await self._stack.enter_async_context(
            Node.open(
                folder,
                topology,
                chaincodes=dict.fromkeys(names, registry),
                clock=lambda: self.now_ns,
                ledger_options=LedgerOptions(cache_bytes=4 << 20, write_buffer_bytes=2 << 20),
            )
        )


def _with_registries(topology: Topology, names: Sequence[str]) -> Topology:
    registry = next(one for one in topology.chaincodes if one.name == "registry")
    renamed = [msgspec.structs.replace(registry, name=name, services={}) for name in names]
    return msgspec.structs.replace(topology, chaincodes=renamed)


def _proposed(signer: SigningIdentity, proposal: Proposal) -> bytes:
    signed = proposal_pb2.SignedProposal.FromString(proposal.signed(signer.sign(proposal.raw)))
    return gateway_pb2.ProposedTransaction(
        transaction_id=proposal.transaction_id, proposal=signed
    ).SerializeToString()


def refusal(error: GatewayError) -> Endorsed:
    """The chaincode's own words, equal from every endorser; anything else is a fault of the test."""
    said = {found.groups() for one in error.details if (found := REFUSED.search(one.message))}
    assert len(said) == 1, str(error)
    status, message = said.pop()
    return Endorsed((int(status), message, b""), b"", {})


def endorsed(envelope: common_pb2.Envelope) -> Endorsed:
    """What stands in a prepared transaction."""
    payload = common_pb2.Payload.FromString(envelope.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    response = proposal_response_pb2.ProposalResponsePayload.FromString(
        action.action.proposal_response_payload
    )
    done = proposal_pb2.ChaincodeAction.FromString(response.extension)
    event = chaincode_event_pb2.ChaincodeEvent.FromString(done.events)
    answer = (done.response.status, done.response.message, done.response.payload)
    return Endorsed(answer, event.SerializeToString(deterministic=True), without_versions(done.results))


def without_versions(results: bytes) -> dict[str, str]:
    """By namespace (and collection), what was read and written."""
    found = {}
    for namespace in rwset_pb2.TxReadWriteSet.FromString(results).ns_rwset:
        rwset = kv_rwset_pb2.KVRWSet.FromString(namespace.rwset)
        for read in rwset.reads:
            read.ClearField("version")
        for query in rwset.range_queries_info:
            for read in query.raw_reads.kv_reads:
                read.ClearField("version")
        found[namespace.namespace] = str(rwset)
        for collection in namespace.collection_hashed_rwset:
            hashed = kv_rwset_pb2.HashedRWSet.FromString(collection.hashed_rwset)
            for hashed_read in hashed.hashed_reads:
                hashed_read.ClearField("version")
            found[f"{namespace.namespace}/{collection.collection_name}"] = str(hashed)
    return found
